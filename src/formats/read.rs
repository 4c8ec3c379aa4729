//! Reads page descriptions: PAGE XML of 2010 to 2019 and ALTO 2 to 4, and finds the images that they describe.

use std::path::{Path, PathBuf};

use super::{alto, described_page::DescribedPage, error::DescriptionError, page_xml, xml::Element};
use crate::storage::read_limited;

/// The largest description that is read, in bytes: a page of 100 lines takes about one megabyte.
const MAX_DESCRIPTION_BYTES: u64 = 100_000_000;

impl DescribedPage {
    /// Reads the description at `path`. `None` for XML that describes no page, such as METS.
    pub fn open(path: &Path) -> Result<Option<Self>, DescriptionError> {
        Self::decode(read_limited(path, MAX_DESCRIPTION_BYTES)?)
    }

    fn decode(bytes: Vec<u8>) -> Result<Option<Self>, DescriptionError> {
        Self::parse(&String::from_utf8(bytes).map_err(|_invalid| DescriptionError::NotUtf8)?)
    }

    /// Reads PAGE XML or ALTO. `None` for other XML.
    pub fn parse(document: &str) -> Result<Option<Self>, DescriptionError> {
        let root = Element::parse(document)?;
        match root.name.as_str() {
            "PcGts" => page_xml::read(&root).map(Some),
            "alto" => Ok(Some(alto::read(&root))),
            _ => Ok(None),
        }
    }

    /// The path of the page's image: in the folder of the description at `path` or in the one above, under the name in
    /// the description or under the description's own.
    pub fn image_path(&self, path: &Path) -> Result<PathBuf, DescriptionError> {
        // Programs on Windows write whole paths.
        let name = self.image.rsplit(['/', '\\']).next().unwrap_or_default();
        let folder = path.parent().unwrap_or(Path::new(""));
        let folders = [Some(folder), folder.parent()];
        let named = folders.into_iter().flatten().map(|folder| folder.join(name)).filter(|_| !name.is_empty());
        let alike =
            ["jpg", "jpeg", "png", "tif", "tiff", "webp", "bmp"].map(|extension| path.with_extension(extension));
        let found = named.chain(alike).find(|candidate| candidate.is_file());
        found.ok_or_else(|| DescriptionError::NoImage(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_documents_describe_no_page() {
        assert!(matches!(DescribedPage::parse("<html/>"), Ok(None)));
        assert!(matches!(DescribedPage::parse("<PcGts/>"), Err(DescriptionError::NoPage)));
    }

    /// Pieces of both formats, right and wrong ones, in any order.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "<alto>",
            "</alto>",
            "<PcGts>",
            "</PcGts>",
            "<Page imageWidth='7' imageHeight='-1e99'>",
            "</Page>",
            "<Page WIDTH='NaN' HEIGHT='inf'>",
            "<TextLine id='a' BASELINE='1 2 3'>",
            "<TextLine>",
            "</TextLine>",
            "<Coords points='1,2 x,y,,'/>",
            "<Coords>",
            "</Coords>",
            "<Point x='1'/>",
            "<Baseline points=''/>",
            "<TextEquiv index='-1' conf='2'>",
            "</TextEquiv>",
            "<Unicode>",
            "</Unicode>",
            "<Word>",
            "</Word>",
            "<String CONTENT='&lt;' WC='-'/>",
            "<SP/>",
            "<HYP/>",
            "<Shape>",
            "</Shape>",
            "<Polygon POINTS='9'/>",
            "&amp;",
            "&#0;",
            "&x;",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "text",
            "\u{0}",
            "é",
            "<?xml version='1.1'?>",
        ]);
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_a_page_or_a_sentence(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Err(error) = DescribedPage::decode(bytes) {
                prop_assert!(!error.to_string().is_empty());
            }
        }

        #[test]
        fn any_pieces_of_descriptions_end_in_a_page_or_a_sentence(document in pieces()) {
            for root in ["alto", "PcGts"] {
                for document in [document.clone(), format!("<{root}>{document}</{root}>")] {
                    if let Err(error) = DescribedPage::decode(document.into_bytes()) {
                        prop_assert!(!error.to_string().is_empty());
                    }
                }
            }
        }
    }
}
