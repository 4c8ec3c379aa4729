//! Line finding on real pages with known lines, as they are and disturbed.
#![expect(clippy::unwrap_used, reason = "in tests")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use longhand::{
    evaluation::{DetectionScore, Disturbance, LabelledPage, PageTruth, TrueLine, match_lines},
    imaging::{PageImage, Segmentation, ink_mask, prepare, segment},
    page::Point,
};

/// Every so many of the pages that are not part of the project are looked at.
const STEP: usize = 12;

fn fixture(name: &str) -> (PageImage, Vec<TrueLine>) {
    open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages").join(name))
}

fn open(path: &Path) -> (PageImage, Vec<TrueLine>) {
    let PageTruth::Lines(lines) = LabelledPage::open(path).unwrap().truth else { panic!("no lines") };
    (PageImage::open(path).unwrap(), lines)
}

/// A page's lines and the best match of each true one: the found line's place in the order, and the score.
fn found(page: &PageImage, truth: &[TrueLine]) -> (Segmentation, Vec<Option<(usize, f64)>>) {
    let prepared = prepare(page);
    let found = segment(&prepared);
    let outlines = |lines: &mut dyn Iterator<Item = &Vec<Point>>| lines.cloned().collect::<Vec<_>>();
    let matches = match_lines(
        &ink_mask(&prepared),
        &outlines(&mut truth.iter().map(|line| &line.outline)),
        &outlines(&mut found.lines.iter().map(|line| &line.outline)),
    );
    let best = |i| matches.iter().find(|m| m.truth == i).map(|m| (m.found, m.score));
    let matched = (0..truth.len()).map(best).collect();
    (found, matched)
}

fn score(found: &Segmentation, matched: &[Option<(usize, f64)>], threshold: f64) -> DetectionScore {
    let n_matched = matched.iter().flatten().filter(|(_, score)| *score >= threshold).count();
    DetectionScore { n_true: matched.len(), n_found: found.lines.len(), n_matched }
}

#[test]
fn lines_of_golden_pages_are_found_in_order() {
    for (name, n_extra) in [("notes.jpg", 0), ("sheet.jpg", 0), ("letter.jpg", 1)] {
        let (page, truth) = fixture(name);
        let (found, matched) = found(&page, &truth);
        for (line, matched) in truth.iter().zip(&matched) {
            let score = matched.map_or(0.0, |matched| matched.1);
            assert!(score > 0.8, "{name}: \"{}\" is matched by {score:.2}", line.text);
        }
        assert!(found.lines.len() <= truth.len() + n_extra, "{name} has {} lines", found.lines.len());
        assert!(matched.iter().flatten().is_sorted_by_key(|matched| matched.0), "{name}: {matched:?}");
    }
}

#[test]
fn labels_of_a_diagram_are_found_without_its_lines() {
    let (page, truth) = fixture("diagram.jpg");
    let (found, matched) = found(&page, &truth);
    for (line, matched) in truth.iter().zip(&matched) {
        let score = matched.map_or(0.0, |matched| matched.1);
        // The boxes hold some of the frames' ink.
        assert!(score > 0.55, "\"{}\" is matched by {score:.2}", line.text);
    }
    assert!((20..=24).contains(&found.lines.len()), "{} labels", found.lines.len());
}

#[test]
fn lines_stay_inside_the_page_and_a_page_gives_the_same_lines_twice() {
    let (page, _) = fixture("diagram.jpg");
    let (first, second) = (segment(&prepare(&page)), segment(&prepare(&page)));
    assert_eq!(first, second);
    for (place, line) in first.lines.iter().enumerate() {
        assert_eq!(line.id.0 as usize, place);
        for point in line.outline.iter().chain(&line.baseline.0) {
            assert!((0.0..=page.width() as f32).contains(&point.x) && (0.0..=page.height() as f32).contains(&point.y));
        }
    }
}

#[test]
fn a_page_that_lies_on_its_side_is_found_as_it_lies() {
    let (page, truth) = fixture("letter.jpg");
    for degrees in [90.0, 270.0] {
        let disturbance = Disturbance { degrees, ..Disturbance::default() };
        let (turned, PageTruth::Lines(truth)) = disturbance.apply(&page, &PageTruth::Lines(truth.clone())) else {
            panic!("lines stay lines");
        };
        let (found, matched) = found(&turned, &truth);
        assert_eq!(found.turn.degrees() as f32, 360.0 - degrees);
        let score = score(&found, &matched, 0.75);
        assert!(score.f_measure() > 0.9, "{score:?} turned by {degrees}°");
        assert!(matched.iter().flatten().is_sorted_by_key(|matched| matched.0), "{matched:?}");
    }
}

#[test]
fn careless_photos_lose_few_lines() {
    let mut pages = vec![fixture("notes.jpg"), fixture("letter.jpg")];
    let others = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/pages/iam-rebuilt");
    match fs::read_dir(&others) {
        Ok(entries) => {
            let mut images: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
            images.retain(|path| path.extension().is_some_and(|extension| extension == "jpg"));
            images.sort();
            pages.extend(images.iter().step_by(STEP).map(|path| open(path)));
        }
        Err(_) => eprintln!("{} is not here: only the project's own pages are looked at", others.display()),
    }
    let mut total = DetectionScore::default();
    for (page, truth) in pages {
        for degrees in [-5.0, 5.0] {
            let disturbed = Disturbance::careless(degrees).apply(&page, &PageTruth::Lines(truth.clone()));
            let (page, PageTruth::Lines(truth)) = disturbed else { panic!("lines stay lines") };
            let (found, matched) = found(&page, &truth);
            total += score(&found, &matched, 0.75);
        }
    }
    assert!(total.f_measure() >= 0.94, "{total:?}, F {:.3}", total.f_measure());
}
