//! Lines made from a few hand-made sources.

use std::fmt::Write as _;
use std::path::Path;

use rayon::prelude::*;

use image::GrayImage;

use super::{
    LineSynthesizer, SynthesisError, SynthesisSources, SyntheticLine, Weighted, ink,
    pen_and_paper::photo,
    random::LineRng,
    surface::Surface,
    synthesizer::{USUAL_INK, ink_share, is_legible},
};
use crate::{
    imaging::{LineImage, normalize},
    page::CharacterSet,
};

/// One upright stroke a character, in the coding of stroke archives: tall where the letter is, hanging where it hangs.
fn bars(text: &str, x: &mut i32) -> Vec<Vec<i32>> {
    let mut strokes = Vec::new();
    for character in text.chars() {
        if character != ' ' {
            let top = if character.is_lowercase() && !"bdfhkltij".contains(character) { 50 } else { 0 };
            let bottom = if "gjpqyz".contains(character) { 130 } else { 100 };
            strokes.push(vec![*x, top, 2, (bottom - top) / 2, 14, 0, 2, (bottom - top) / 2]);
        }
        *x += if character == ' ' { 70 } else { 30 };
    }
    strokes
}

fn write_archives(folder: &Path) {
    let mut lines = String::new();
    for (index, text) in
        ["this is a hidden line", "and another one of them", "so it ends .", "## bad"].iter().enumerate()
    {
        writeln!(lines, r#"{{"id": "p-0{index}", "text": "{text}", "strokes": {:?}}}"#, bars(text, &mut 0)).unwrap();
    }
    std::fs::write(folder.join("lines.jsonl"), lines).unwrap();
    let mut samples = String::new();
    let words = ["the", "quick", "brown", "fox", "jumps", "over", "lazy", "dog", "A B C D E", "1 2 3 4 5", "* ! $ ? ^"];
    for text in words {
        writeln!(samples, r#"{{"writer": "w", "text": "{text}", "strokes": {:?}}}"#, bars(text, &mut 0)).unwrap();
    }
    std::fs::write(folder.join("samples.jsonl"), samples).unwrap();
}

fn synthesizer(seed: u64) -> LineSynthesizer {
    with_parts(seed, 0.0, 0.0)
}

fn with_parts(seed: u64, blank: f32, boards: f32) -> LineSynthesizer {
    let folder = tempfile::tempdir().unwrap();
    write_archives(folder.path());
    std::fs::create_dir(folder.path().join("fonts")).unwrap();
    let font = include_str!("../../assets/fonts/ems-readability/EMSReadability.svg");
    std::fs::write(folder.path().join("fonts/readability.svg"), font).unwrap();
    std::fs::write(folder.path().join("text.txt"), "A sentence of seven plain English words.\nAnd a second one!\n")
        .unwrap();
    let one = |name: &str| vec![Weighted::new(folder.path().join(name), 1.0)];
    let sources = SynthesisSources {
        ink_lines: one("lines.jsonl"),
        ink_samples: one("samples.jsonl"),
        fonts: one("fonts"),
        texts: one("text.txt"),
        blank,
        boards,
        mixed: 0.5,
        western: 0.3,
        pages: false,
    };
    LineSynthesizer::new(&sources, seed).unwrap()
}

#[test]
fn a_line_depends_on_seed_and_index_alone() {
    let (one, same, other) = (synthesizer(1), synthesizer(1), synthesizer(2));
    let forwards: Vec<SyntheticLine> = (0..60).map(|i| one.line(i)).collect();
    let mut in_parallel: Vec<SyntheticLine> =
        (0..60u32).into_par_iter().rev().map(|i| same.line(u64::from(i))).collect();
    in_parallel.reverse();
    assert_eq!(forwards, in_parallel);
    let changed = (0..60).filter(|&i| other.line(i) != forwards[i as usize]).count();
    assert_eq!(changed, 60, "another seed makes other lines");
    assert!(forwards.windows(2).all(|pair| pair[0].image != pair[1].image), "another index makes another line");
}

#[test]
fn labels_are_printable_and_the_reader_sees_ink() {
    let (synthesizer, western, mut n_beyond_ascii) = (synthesizer(3), CharacterSet::western(), 0);
    for index in 0..300 {
        let line = synthesizer.line(index);
        let is_label = line.text.chars().all(|c| western.label(c).is_some()) && !line.text.trim().is_empty();
        assert!(is_label, "{:?}", line.text);
        n_beyond_ascii += usize::from(!line.text.is_ascii());
        assert!(!line.text.contains('#') || !line.text.contains("bad"), "an illegible line was used");
        let input = normalize(&line.image);
        let ink = ink_share(&input);
        assert!(USUAL_INK.contains(&ink), "line {index} {:?}: ink {ink}", line.text);
    }
    assert!((20..120).contains(&n_beyond_ascii), "{n_beyond_ascii} lines of 300 where 0.3 were asked for");
}

#[test]
fn blank_lines_have_no_text_but_something_to_be_taken_for_ink() {
    let synthesizer = with_parts(5, 1.0, 0.0);
    for index in 0..40 {
        let line = synthesizer.line(index);
        assert!(line.text.is_empty() && !normalize(&line.image).is_blank, "line {index}: {:?}", line.text);
    }
}

#[test]
fn lines_on_boards_are_short_and_thick() {
    let (usual, boards) = (with_parts(7, 0.0, 0.0), with_parts(7, 0.0, 1.0));
    let words_and_ink = |synthesizer: &LineSynthesizer| {
        let lines: Vec<SyntheticLine> = (0..200).map(|index| synthesizer.line(index)).collect();
        let words: usize = lines.iter().map(|line| line.text.split(' ').count()).sum();
        let ink: f32 = lines.iter().map(|line| ink_share(&normalize(&line.image))).sum();
        (words as f32 / 200.0, ink / 200.0)
    };
    let ((usual_words, usual_ink), (words, ink)) = (words_and_ink(&usual), words_and_ink(&boards));
    assert!(words < 0.8 * usual_words, "{words} words on boards, {usual_words} elsewhere");
    assert!(ink > 1.3 * usual_ink, "{ink} of the pixels are ink on boards, {usual_ink} elsewhere");
}

#[test]
fn sources_that_give_nothing_are_refused_by_name() {
    let none = LineSynthesizer::new(&SynthesisSources::default(), 1);
    assert!(matches!(none.err(), Some(SynthesisError::NoSources)));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.jsonl");
    let sources = SynthesisSources { ink_lines: vec![Weighted::new(&path, 1.0)], ..SynthesisSources::default() };
    let missing = LineSynthesizer::new(&sources, 1).err().unwrap().to_string();
    assert!(missing.contains("empty.jsonl cannot be read"), "{missing}");
    std::fs::write(&path, "").unwrap();
    let empty = LineSynthesizer::new(&sources, 1).err().unwrap().to_string();
    assert!(empty.ends_with("empty.jsonl holds nothing that lines can be made of"), "{empty}");
}

#[test]
fn ink_that_is_next_to_nothing_is_rejected() {
    let dot = ink::Ink { strokes: vec![vec![crate::page::Point::new(0.0, 0.0)]], areas: Vec::new() };
    let wide = {
        let mut wide = dot.clone();
        wide.add(&dot, 60.0, 0.0);
        wide
    };
    let seen = (0..50).filter(|&i| {
        photo::photograph(wide.clone(), [None, None], Surface::Anywhere, &mut LineRng::new(1, i)).is_some()
    });
    assert!(seen.count() < 5, "two dots sixty x-heights apart are no line");
    assert!(photo::photograph(ink::Ink::default(), [None, None], Surface::Anywhere, &mut LineRng::new(1, 1)).is_none());
}

#[test]
fn images_in_which_nothing_can_be_read_are_illegible() {
    let image = |dark: fn(u32, u32) -> bool| {
        let pixels = GrayImage::from_fn(400, 60, |x, y| image::Luma([if dark(x, y) { 30 } else { 230 }]));
        LineImage::from_gray(pixels)
    };
    let bars = image(|x, y| x % 20 < 3 && (20..40).contains(&y));
    assert!(is_legible(&bars, "a row of bars"));
    assert!(!is_legible(&bars, &"far too much text for so short a line".repeat(4)));
    assert!(!is_legible(&image(|_, _| false), "bare paper"));
    assert!(!is_legible(&image(|x, y| (x == 3 || x == 390) && y == 30), "two specks"));
}
