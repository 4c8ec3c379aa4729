//! The page files of a folder, in natural order.

use std::{
    cmp::Ordering,
    fs, io,
    path::{Path, PathBuf},
};

use crate::imaging::has_image_name;

/// The files in `folder` whose names are those of images or PDFs, in natural order: "page 2" comes before "page 10".
/// Subfolders and hidden files are skipped.
pub fn page_files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && has_image_name(&path) {
            files.push(path);
        }
    }
    files.sort_by(|a, b| natural_order(&a.to_string_lossy(), &b.to_string_lossy()).then_with(|| a.cmp(b)));
    Ok(files)
}

/// Natural order: letters regardless of case, runs of digits as numbers.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (number_a, rest_a) = split_digits(a);
        let (number_b, rest_b) = split_digits(b);
        if !number_a.is_empty() && !number_b.is_empty() {
            let (digits_a, digits_b) = (number_a.trim_start_matches('0'), number_b.trim_start_matches('0'));
            match digits_a.len().cmp(&digits_b.len()).then_with(|| digits_a.cmp(digits_b)) {
                Ordering::Equal => (a, b) = (rest_a, rest_b),
                different => return different,
            }
            continue;
        }
        let (mut letters_a, mut letters_b) = (a.chars(), b.chars());
        match (letters_a.next(), letters_b.next()) {
            (None, None) => return Ordering::Equal,
            (letter_a, letter_b) => match letter_a.map(lower).cmp(&letter_b.map(lower)) {
                Ordering::Equal => (a, b) = (letters_a.as_str(), letters_b.as_str()),
                different => return different,
            },
        }
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()))
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_folder_gives_its_pages_in_the_order_of_their_numbers() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["page 10.jpg", "Page 2.HEIC", "page 1.pdf", "notes.txt", ".hidden.png", "b.png"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("c.png")).unwrap();
        let names: Vec<String> = (page_files_in(folder.path()).unwrap().iter())
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["b.png", "page 1.pdf", "Page 2.HEIC", "page 10.jpg"]);
    }

    proptest! {
        #[test]
        fn names_have_a_total_order(a in "[a-c0-2 ]{0,5}", b in "[a-c0-2 ]{0,5}", c in "[a-c0-2 ]{0,5}") {
            prop_assert_eq!(natural_order(&a, &b), natural_order(&b, &a).reverse());
            if natural_order(&a, &b).is_le() && natural_order(&b, &c).is_le() {
                prop_assert!(natural_order(&a, &c).is_le());
            }
        }
    }
}
