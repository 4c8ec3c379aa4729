//! Pages whose lines are described in a file beside the image: PAGE XML and ALTO.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{alto_read, page_xml_read, xml::Element};
use crate::page::{Baseline, Point};

/// What a description says of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedPage {
    /// The image's name, as the description has it.
    pub image: String,
    /// Width and height that the places of the lines are measured in; `None` where the description does not say.
    pub size: Option<(f32, f32)>,
    /// In the description's order.
    pub lines: Vec<DescribedLine>,
}

/// A line of a described page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedLine {
    /// The line's name in the description.
    pub id: String,
    /// The polygon around it, closed implicitly.
    pub outline: Vec<Point>,
    /// Empty where the description has none.
    pub baseline: Baseline,
    /// As described; empty where there is none.
    pub text: String,
    /// Whether the line is tagged as written by hand (true) or as printed or typed (false).
    pub is_handwritten: Option<bool>,
}

impl DescribedPage {
    /// Reads the description at `path`; the error is a reason in words. `None` for XML that describes no page.
    pub fn open(path: &Path) -> Result<Option<Self>, String> {
        let bytes = fs::read(path).map_err(|error| error.to_string())?;
        Self::parse(&String::from_utf8(bytes).map_err(|_invalid| "it is not written in UTF-8".to_owned())?)
    }

    /// Reads PAGE XML or ALTO of any version; the error is a reason in words. `None` for XML of other kinds.
    pub fn parse(document: &str) -> Result<Option<Self>, String> {
        let root = Element::parse(document)?;
        match root.name.as_str() {
            "PcGts" => page_xml_read::page(&root).map(Some),
            "alto" => Ok(Some(alto_read::page(&root))),
            _ => Ok(None),
        }
    }

    /// The lines written by hand. Only where any line is tagged so, untagged ones are left out with the printed ones.
    pub fn handwritten_lines(&self) -> impl Iterator<Item = &DescribedLine> {
        let is_tagged = self.lines.iter().any(|line| line.is_handwritten == Some(true));
        self.lines.iter().filter(move |line| line.is_handwritten.unwrap_or(!is_tagged))
    }

    /// Where the page's image lies: beside the description at `path` or in the folder above, by the name that the
    /// description gives or by its own.
    pub fn image_path(&self, path: &Path) -> Result<PathBuf, String> {
        // Windows' tools write whole paths.
        let name = self.image.rsplit(['/', '\\']).next().unwrap_or_default();
        let folder = path.parent().unwrap_or(Path::new(""));
        let folders = [Some(folder), folder.parent()];
        let named = folders.into_iter().flatten().map(|folder| folder.join(name)).filter(|_| !name.is_empty());
        let alike =
            ["jpg", "jpeg", "png", "tif", "tiff", "webp", "bmp"].map(|extension| path.with_extension(extension));
        let found = named.chain(alike).find(|candidate| candidate.is_file());
        found.ok_or_else(|| format!("its image \"{name}\" lies neither beside it nor in the folder above"))
    }
}

/// What a line's tag says of how it was written, if anything.
pub(super) fn handwriting_of_tag(tag: &str) -> Option<bool> {
    let tag = tag.to_ascii_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| tag.contains(word));
    if names(&["handwrit", "hand-writ", "manuscript"]) {
        Some(true)
    } else if names(&["print", "typewrit", "typed"]) {
        Some(false)
    } else {
        None
    }
}

/// The points of "x,y x,y …" or "x y x y …"; what is no number is left out.
pub(super) fn points(text: &str) -> Vec<Point> {
    let numbers: Vec<f32> = text
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter_map(|number| number.parse().ok())
        .filter(|number: &f32| number.is_finite())
        .collect();
    numbers.chunks_exact(2).map(|pair| Point::new(pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_parted_by_commas_or_blanks() {
        let expected = [Point::new(1.0, 2.0), Point::new(3.5, -4.0)];
        assert_eq!(points("1,2 3.5,-4"), expected);
        assert_eq!(points(" 1 2\n3.5 -4 7"), expected);
    }

    #[test]
    fn untagged_lines_count_only_where_none_is_tagged() {
        let line = |is_handwritten| DescribedLine { is_handwritten, ..DescribedLine::default() };
        let n = |tags: &[Option<bool>]| {
            let lines = tags.iter().map(|&tag| line(tag)).collect();
            DescribedPage { lines, ..DescribedPage::default() }.handwritten_lines().count()
        };
        assert_eq!(n(&[None, None, Some(false)]), 2);
        assert_eq!(n(&[None, Some(true), Some(false)]), 1);
        assert_eq!(handwriting_of_tag("handwritten-printscript"), Some(true));
        assert_eq!(handwriting_of_tag("DefaultLine:Typewritten"), Some(false));
        assert_eq!(handwriting_of_tag("Signature"), None);
    }

    #[test]
    fn other_documents_describe_no_page() {
        assert_eq!(DescribedPage::parse("<html/>"), Ok(None));
        assert!(DescribedPage::parse("<PcGts/>").is_err());
    }
}
