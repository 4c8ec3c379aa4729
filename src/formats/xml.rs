//! XML as a small tree: enough for page descriptions, with prefixes of namespaces left out.

use quick_xml::{Reader, XmlVersion, escape::resolve_xml_entity, events::Event};

/// Elements lie at most this deep in any page description; deeper files are refused.
const MAX_DEPTH: usize = 64;

/// An element with all that is in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Without the namespace's prefix.
    pub(super) name: String,
    pub(super) children: Vec<Element>,
    /// The text directly inside.
    pub(super) text: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// The root of a document; the error is a reason in words.
    pub(super) fn parse(document: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(document.trim_start_matches('\u{feff}'));
        // The element that everything lies in comes first.
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().map_err(|error| format!("it is no well-formed XML: {error}"))? {
                Event::Start(start) => {
                    if open.len() > MAX_DEPTH {
                        return Err("its elements lie too deep in each other".to_owned());
                    }
                    open.push(Self::of_start(&start)?);
                }
                Event::Empty(start) => {
                    let element = Self::of_start(&start)?;
                    if let Some(parent) = open.last_mut() {
                        parent.children.push(element);
                    }
                }
                Event::End(_) => {
                    // The reader has checked that ends have their beginnings.
                    let element = open.pop().unwrap_or_default();
                    if let Some(parent) = open.last_mut() {
                        parent.children.push(element);
                    }
                }
                Event::Text(text) => open.last_mut().into_iter().for_each(|e| e.text.push_str(&text.xml10_content())),
                Event::CData(text) => open.last_mut().into_iter().for_each(|e| e.text.push_str(&text)),
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().ok().flatten().map(String::from);
                    let resolved = character.or_else(|| resolve_xml_entity(&reference).map(str::to_owned));
                    let text = resolved.ok_or_else(|| format!("it uses the unknown entity &{};", &*reference))?;
                    open.last_mut().into_iter().for_each(|e| e.text.push_str(&text));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if open.len() != 1 {
            return Err("it is cut short".to_owned());
        }
        open.pop().and_then(|all| all.children.into_iter().next()).ok_or_else(|| "it is empty".to_owned())
    }

    fn of_start(start: &quick_xml::events::BytesStart<'_>) -> Result<Self, String> {
        let broken = |reason: &dyn std::fmt::Display| format!("it is no well-formed XML: {reason}");
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| broken(&error))?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| broken(&error))?;
            attributes.push((attribute.key.local_name().into_inner().to_owned(), value.into_owned()));
        }
        Ok(Self { name: start.local_name().into_inner().to_owned(), attributes, ..Self::default() })
    }

    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// An attribute's value as a number.
    pub(super) fn number(&self, name: &str) -> Option<f32> {
        self.attribute(name)?.trim().parse().ok().filter(|number: &f32| number.is_finite())
    }

    /// The elements called `name` directly inside.
    pub(super) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element called `name` directly inside.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All elements called `name`, however deep, in the document's order.
    pub(super) fn descendants<'a>(&'a self, name: &str) -> Vec<&'a Self> {
        let mut found = Vec::new();
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            found.extend(child.descendants(name));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prefixes_are_left_out_and_entities_resolved() {
        let root = Element::parse(
            "<?xml version='1.0'?><p:a x='1 &lt; 2'><b/><p:b>salt &amp; &#x70;epper</p:b><!-- no --></p:a>",
        )
        .unwrap();
        assert_eq!((root.name.as_str(), root.attribute("x")), ("a", Some("1 < 2")));
        let texts: Vec<_> = root.children("b").map(|b| b.text.as_str()).collect();
        assert_eq!(texts, ["", "salt & pepper"]);
    }

    #[test]
    fn broken_documents_are_refused() {
        let deep = format!("{}{}", "<a>".repeat(500), "</a>".repeat(500));
        for text in ["", "plain", "<a><b></a>", "<a>", "<a>&nothing;</a>", "<a x=1/>", &deep] {
            assert!(Element::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[<>/a-c&; ='\"!\\-\\[\\]?]{0,60}") {
            let _root = Element::parse(&text);
        }
    }
}
