//! Which page of an image file a description is of: a fragment behind the file's name, as links into PDFs have it
//! (RFC 8118, section 3).

/// What stands between a file's name and the page's number, from 1.
const PAGE: &str = "#page=";

/// The file's name with the page's number, if it has one.
pub(super) fn with_page(name: &str, number: Option<usize>) -> String {
    number.map_or_else(|| name.to_owned(), |number| format!("{name}{PAGE}{number}"))
}

/// The file's name, and the page's number behind it.
pub(super) fn split_page(name: &str) -> (&str, Option<usize>) {
    let split = name.rsplit_once(PAGE).and_then(|(name, number)| Some((name, number.parse().ok()?)));
    split.filter(|(_, number)| *number > 0).map_or((name, None), |(name, number)| (name, Some(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_names() {
        assert_eq!(split_page("two.tif#page=2"), ("two.tif", Some(2)));
        for name in ["two.tif", "#page=0", "a#page=2.jpg", "#page="] {
            assert_eq!(split_page(name), (name, None));
        }
        assert_eq!(split_page(&with_page("b.pdf", Some(12))), ("b.pdf", Some(12)));
    }
}
