//! XML as a small tree, read and written: enough for page descriptions. Prefixes of namespaces are left out.

use std::{fmt::Display, io};

use quick_xml::{
    Reader, Writer, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesStart, BytesText, Event},
};

use super::error::DescriptionError;

/// The most elements inside each other; a glyph of PAGE XML has 9. Deeper files are refused, because the tree is walked
/// recursively.
const MAX_DEPTH: usize = 64;

/// An element with its content.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Without the namespace's prefix.
    pub(super) name: String,
    pub(super) children: Vec<Element>,
    /// The text directly inside. Not written where there are children.
    pub(super) text: String,
    attributes: Vec<(String, String)>,
}

/// Reading.
impl Element {
    /// The root of a document.
    pub(super) fn parse(document: &str) -> Result<Self, DescriptionError> {
        let mut reader = Reader::from_str(document.trim_start_matches('\u{feff}'));
        // The document itself, which holds the root.
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().map_err(malformed)? {
                Event::Start(start) => {
                    if open.len() > MAX_DEPTH {
                        return Err(DescriptionError::TooDeep);
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
                    // quick-xml refuses an end without its start.
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
                    let text = resolved.ok_or_else(|| DescriptionError::UnknownEntity((*reference).to_owned()))?;
                    open.last_mut().into_iter().for_each(|e| e.text.push_str(&text));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if open.len() != 1 {
            return Err(DescriptionError::CutShort);
        }
        open.pop().and_then(|document| document.children.into_iter().next()).ok_or(DescriptionError::Empty)
    }

    fn of_start(start: &BytesStart<'_>) -> Result<Self, DescriptionError> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(malformed)?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(malformed)?;
            attributes.push((attribute.key.local_name().into_inner().to_owned(), value.into_owned()));
        }
        Ok(Self { name: start.local_name().into_inner().to_owned(), attributes, ..Self::default() })
    }

    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// An attribute's value as a finite number.
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

    /// All elements called `name`, at any depth, in the document's order.
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

/// Writing.
impl Element {
    /// An element without content.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    pub(super) fn with_attribute(mut self, name: &str, value: impl Display) -> Self {
        self.attributes.push((name.to_owned(), allowed(&value.to_string())));
        self
    }

    pub(super) fn with_text(mut self, text: &str) -> Self {
        self.text = allowed(text);
        self
    }

    /// The element with one more element inside.
    pub(super) fn with_child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// The element with more elements inside.
    pub(super) fn with_children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// The document whose root this is. Elements without content are written as `<name/>`.
    pub(super) fn to_xml(&self) -> String {
        self.to_document(|element| element.children.is_empty() && element.text.is_empty())
    }

    /// The document whose root this is, for parsers of HTML as well: they take `<span/>` for a start tag.
    pub(super) fn to_xhtml(&self) -> String {
        self.to_document(|element| element.name == "meta")
    }

    /// The document whose root this is, without white space between elements.
    pub(super) fn to_compact_xml(&self) -> String {
        let is_void: fn(&Self) -> bool = |element| element.children.is_empty() && element.text.is_empty();
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{}", self.compact(is_void))
    }

    /// The element alone, without white space that the text does not have.
    pub(super) fn to_fragment(&self) -> String {
        self.compact(|element| matches!(element.name.as_str(), "br" | "meta"))
    }

    fn compact(&self, is_void: fn(&Self) -> bool) -> String {
        let mut writer = Writer::new(Vec::new());
        // Writing to memory does not fail.
        self.write(&mut writer, is_void).ok();
        String::from_utf8_lossy(&writer.into_inner()).into_owned()
    }

    fn to_document(&self, is_void: fn(&Self) -> bool) -> String {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
        // Writing to memory does not fail.
        self.write(&mut writer, is_void).ok();
        let body = String::from_utf8_lossy(&writer.into_inner()).into_owned();
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}\n")
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>, is_void: fn(&Self) -> bool) -> io::Result<()> {
        let attributes = self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let element = writer.create_element(self.name.as_str()).with_attributes(attributes);
        if is_void(self) {
            element.write_empty()?;
        } else if self.children.is_empty() {
            element.write_text_content(BytesText::new(&self.text))?;
        } else {
            element.write_inner_content(|writer| {
                self.children.iter().try_for_each(|child| child.write(writer, is_void))
            })?;
        }
        Ok(())
    }
}

fn malformed(error: impl Display) -> DescriptionError {
    DescriptionError::Malformed(error.to_string())
}

/// The text without the characters that no XML document may hold (XML 1.0, production 2, `Char`).
fn allowed(text: &str) -> String {
    let is_allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
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

    #[test]
    fn only_void_elements_of_html_are_written_without_an_end() {
        let root = Element::new("html").with_children(["meta", "span"].map(Element::new));
        assert!(root.to_xhtml().contains("<meta/>\n <span></span>"), "{}", root.to_xhtml());
        assert!(root.to_xml().contains("<span/>"), "{}", root.to_xml());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[<>/a-c&; ='\"!\\-\\[\\]?]{0,60}") {
            let _root = Element::parse(&text);
        }

        #[test]
        fn any_text_and_attribute_is_read_as_it_was_written(text in any::<String>(), value in any::<String>()) {
            let child = Element::new("b").with_attribute("x", &value).with_text(&text);
            let root = Element::new("a").with_child(child);
            for document in [root.to_xml(), root.to_xhtml()] {
                let read = Element::parse(&document).unwrap();
                let child = read.child("b").unwrap();
                prop_assert_eq!(&child.text, &allowed(&text));
                prop_assert_eq!(child.attribute("x").unwrap(), allowed(&value));
            }
        }
    }
}
