//! Pictures of kinds that people reported other readers to fail at, read from file to text.

use std::{ops::ControlFlow, path::Path};

use longhand::{
    imaging::{PageImage, prepare, segment},
    page::Page,
    recognition::{CtcDecoder, ModelPackage, PageReader, ink_labeller},
};

/// The fraction of the words that are read without a mistake by the greedy decoder, at least.
const MIN_READ: f64 = 0.75;

fn picture(name: &str) -> PageImage {
    PageImage::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/field").join(name)).unwrap()
}

fn read(name: &str) -> Page {
    let reader = PageReader::open(&ModelPackage::built_in().unwrap(), 2, CtcDecoder::Greedy).unwrap();
    reader.read(&picture(name), &mut |_| ControlFlow::Continue(())).unwrap().0
}

/// The fraction of `words` that come in `text`, in this order.
fn part_read(text: &str, words: &str) -> f64 {
    let found: Vec<&str> = text.split_whitespace().collect();
    let (mut at, mut n_found) = (0, 0);
    for word in words.split_whitespace() {
        if let Some(place) = found[at..].iter().position(|found| *found == word) {
            (at, n_found) = (at + place + 1, n_found + 1);
        }
    }
    f64::from(n_found) / words.split_whitespace().count() as f64
}

#[test]
fn every_sheet_of_a_photo_is_read_by_itself() {
    let pictures = [
        ("sheets-two-notes.jpg", 4, "buy oat milk and four eggs call the school about Monday"),
        (
            "sheets-six-notes.jpg",
            12,
            "buy oat milk and four eggs call the school about Monday return books to the library water the plants before \
             you go ask Peter for the garden keys pay the window cleaner ten",
        ),
        (
            "sheets-two-stacked.jpg",
            7,
            "Accounts were read and agreed. The roof fund stands at forty pounds. Next meeting in the first week of \
             September at the same place. Boil the plums for twenty minutes with two cups of sugar and a lemon. Pour \
             while hot and seal the jars.",
        ),
    ];
    for (name, n_lines, words) in pictures {
        let page = read(name);
        assert_eq!(page.lines.len(), n_lines, "{name}: {}", page.text());
        let part = part_read(&page.text(), words);
        assert!(part >= MIN_READ, "{name}: {part:.2} of the words in {}", page.text());
    }
}

#[test]
fn a_long_screenshot_has_all_of_its_lines() {
    let found = segment(&prepare(&picture("tall-120-lines.png")), ink_labeller());
    assert_eq!(found.lines.len(), 120);
    assert!(found.lines.windows(2).all(|pair| pair[0].bounds.y0 < pair[1].bounds.y0));
}

#[test]
fn rows_of_a_table_stay_rows() {
    let text = read("table-single-digits.jpg").text();
    let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split('\t').collect()).collect();
    assert!(rows.len() == 5 && rows.iter().all(|row| row.len() == 3), "{text}");
    let first = ["Flour", "Butter", "Sugar", "Yeast", "Total"];
    let n_known = rows.iter().zip(first).filter(|(row, first)| row[0].eq_ignore_ascii_case(first)).count();
    assert!(n_known >= 4, "{text}");
}
