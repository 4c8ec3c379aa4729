//! What makes a file PDF/A-2b (ISO 19005-2), which libraries keep: a description that is part of the file, what its
//! colours mean, and an identifier.
//!
//! Nothing else is to be done: the only font is never painted, and so need not be embedded (6.2.11.4.1), nothing is
//! transparent, encrypted or outside of the file. Pages of other PDFs and pictures in the inks of a printer may break
//! the rules, so a book with one of those does not claim to keep them.

use moxcms::ColorProfile;
use pdf_writer::{Finish as _, Pdf, Ref, TextStr, types::OutputIntentSubtype};
use sha2::{Digest as _, Sha256};

use crate::formats::xml::Element;

/// The objects of the description and of the meaning of colours.
#[derive(Clone, Copy, Debug)]
pub(super) struct ArchiveObjects {
    pub(super) metadata: Ref,
    pub(super) color_profile: Ref,
}

/// What the file says of itself. It is told twice, and both must be the same.
#[derive(Debug)]
pub(super) struct Description<'a> {
    pub(super) title: &'a str,
    pub(super) producer: &'a str,
    /// As in RFC 5646.
    pub(super) language: &'a str,
    /// Whether all pages keep the rules of PDF/A-2b.
    pub(super) is_archival: bool,
}

/// Writes the catalog, whose pages are `pages`, and what it names.
pub(super) fn write_catalog(pdf: &mut Pdf, catalog: Ref, pages: Ref, objects: ArchiveObjects, of: &Description<'_>) {
    let ArchiveObjects { metadata, color_profile } = objects;
    // Without a profile, which is not expected, the file is as good as any other PDF.
    let profile = ColorProfile::new_srgb().encode().ok().filter(|_| of.is_archival);
    let mut written = pdf.catalog(catalog);
    written.pages(pages).lang(TextStr(of.language)).metadata(metadata);
    if profile.is_some() {
        let mut intents = written.output_intents();
        let mut intent = intents.push();
        intent.subtype(OutputIntentSubtype::PDFA).dest_output_profile(color_profile);
        intent.output_condition_identifier(TextStr("sRGB")).info(TextStr("sRGB IEC61966-2.1"));
        intent.finish();
        intents.finish();
    }
    written.finish();
    pdf.metadata(metadata, packet(of, profile.is_some()).as_bytes());
    if let Some(profile) = profile {
        pdf.icc_profile(color_profile, &profile).n(3);
    }
}

/// The file's identifier: of the same pages the same.
pub(super) fn identify(pdf: &mut Pdf) {
    let id = Sha256::digest(pdf.as_bytes())[..16].to_vec();
    pdf.set_file_id((id.clone(), id));
}

/// The description as an XMP packet (ISO 16684-1).
fn packet(of: &Description<'_>, is_archival: bool) -> String {
    let text = |name: &str, text: &str| Element::new(name).with_text(text);
    let title = text("rdf:li", of.title).with_attribute("xml:lang", "x-default");
    let claim = is_archival.then(|| [text("pdfaid:part", "2"), text("pdfaid:conformance", "B")]);
    let described = Element::new("rdf:Description")
        .with_attribute("rdf:about", "")
        .with_attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .with_attribute("xmlns:pdf", "http://ns.adobe.com/pdf/1.3/")
        .with_attribute("xmlns:pdfaid", "http://www.aiim.org/pdfa/ns/id/")
        .with_children([
            text("dc:format", "application/pdf"),
            Element::new("dc:title").with_child(Element::new("rdf:Alt").with_child(title)),
            Element::new("dc:language").with_child(Element::new("rdf:Bag").with_child(text("rdf:li", of.language))),
            text("pdf:Producer", of.producer),
        ])
        .with_children(claim.into_iter().flatten());
    let root = Element::new("x:xmpmeta").with_attribute("xmlns:x", "adobe:ns:meta/").with_child(
        Element::new("rdf:RDF")
            .with_attribute("xmlns:rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#")
            .with_child(described),
    );
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n{}\n<?xpacket end=\"r\"?>",
        root.to_fragment()
    )
}
