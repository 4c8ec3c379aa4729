//! Line finding on real pages with known lines, as they are and disturbed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use image::{Rgb, RgbImage};
use longhand::{
    evaluation::{Degradation, DetectionScore, LabelledPage, PageTruth, TrueLine, match_lines},
    imaging::{PageAdjustments, PageImage, Segmentation, ink_mask, prepare, propose_corners, segment},
    page::{Point, Rect},
    recognition::ink_labeller,
};

/// The project's own pages among those that are disturbed come first.
const N_OWN: usize = 2;
/// Every so many of the pages that are not part of the project are looked at.
const STEP: usize = 12;

fn fixture(name: &str) -> (PageImage, Vec<TrueLine>) {
    open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages").join(name))
}

fn open(path: &Path) -> (PageImage, Vec<TrueLine>) {
    let PageTruth::Lines(lines) = LabelledPage::open(path).unwrap().truth else { panic!("no lines") };
    (PageImage::open(path).unwrap(), lines)
}

#[test]
fn tiny_pictures_of_any_colour_are_survived() {
    for (width, height) in [(1, 1), (1, 40), (40, 1), (2, 3), (8, 8), (9, 17), (31, 30), (64, 48)] {
        for colour in [[255, 0, 0], [255, 255, 0], [0, 255, 0], [0, 0, 255], [0, 0, 0], [255; 3], [120, 130, 125]] {
            // Even, and with a corner of another colour.
            let mut pixels = RgbImage::from_pixel(width, height, Rgb(colour));
            assert_eq!(segment(&prepare(&PageImage { pixels: pixels.clone() }), ink_labeller()).lines.len(), 0);
            pixels.put_pixel(0, 0, Rgb([10, 200, 90]));
            assert!(segment(&prepare(&PageImage { pixels }), ink_labeller()).lines.len() < 2);
        }
    }
}

/// A page's lines and the best match of each true one: the found line's place in the order, and the score.
fn found(page: &PageImage, truth: &[TrueLine]) -> (Segmentation, Vec<Option<(usize, f64)>>) {
    let prepared = prepare(page);
    let found = segment(&prepared, ink_labeller());
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
fn a_line_or_a_word_cut_out_of_a_page_is_found_upright_and_whole() {
    for name in ["notes.jpg", "sheet.jpg"] {
        let (page, truth) = fixture(name);
        for line in &truth {
            let bounds = Rect::around(line.outline.iter().copied()).unwrap();
            let (x, y) = ((bounds.x0 - 6.0).max(0.0) as u32, (bounds.y0 - 6.0).max(0.0) as u32);
            let (width, height) = (bounds.width() as u32 + 12, bounds.height() as u32 + 12);
            let pixels = image::imageops::crop_imm(&page.pixels, x, y, width, height).to_image();
            let found = segment(&prepare(&PageImage { pixels }), ink_labeller());
            assert_eq!(found.turn.degrees(), 0, "{name}: \"{}\"", line.text);
            // Letters that stand far apart may be taken for two columns.
            let covered: f32 = found.lines.iter().map(|line| line.bounds.width()).sum();
            let is_whole = covered > 0.8 * bounds.width() && found.lines.len() <= 2;
            assert!(is_whole, "{name}: {covered} of \"{}\" in {}", line.text, found.lines.len());
        }
    }
}

#[test]
fn labels_of_a_diagram_are_found_without_its_lines() {
    let (page, truth) = fixture("diagram.jpg");
    let (found, matched) = found(&page, &truth);
    for (line, matched) in truth.iter().zip(&matched) {
        let score = matched.map_or(0.0, |matched| matched.1);
        // Some boxes hold a little of the frames' ink.
        assert!(score > 0.55, "\"{}\" is matched by {score:.2}", line.text);
    }
    assert!((20..=24).contains(&found.lines.len()), "{} labels", found.lines.len());
}

#[test]
fn lines_stay_inside_the_page_and_a_page_gives_the_same_lines_twice() {
    let (page, _) = fixture("diagram.jpg");
    let (first, second) = (segment(&prepare(&page), ink_labeller()), segment(&prepare(&page), ink_labeller()));
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
        let disturbance = Degradation { degrees, ..Degradation::default() };
        let (turned, PageTruth::Lines(truth)) = disturbance.apply(&page, &PageTruth::Lines(truth.clone())) else {
            panic!("lines stay lines");
        };
        let (found, matched) = found(&turned, &truth);
        assert!((found.turn.degrees() as f32 - (360.0 - degrees)).abs() < 0.5);
        let score = score(&found, &matched, 0.75);
        assert!(score.f_measure() > 0.9, "{score:?} turned by {degrees}°");
        assert!(matched.iter().flatten().is_sorted_by_key(|matched| matched.0), "{matched:?}");
    }
}

#[test]
fn careless_photos_lose_few_lines() {
    let [mut own, mut others] = [DetectionScore::default(); 2];
    for (place, (page, truth)) in pages_of_lines().into_iter().enumerate() {
        for degrees in [-5.0, 5.0] {
            let disturbed = Degradation::careless(degrees).apply(&page, &PageTruth::Lines(truth.clone()));
            let (page, PageTruth::Lines(truth)) = disturbed else { panic!("lines stay lines") };
            let (found, matched) = found(&page, &truth);
            *(if place < N_OWN { &mut own } else { &mut others }) += score(&found, &matched, 0.75);
        }
    }
    // Short words below one another, disturbed once more, and boxes of another making.
    assert!(own.f_measure() >= 0.94, "{own:?}, F {:.3}", own.f_measure());
    assert!(others.f_measure() >= 0.98, "{others:?}, F {:.3}", others.f_measure());
}

/// The page with a marker of this colour drawn over the right half of each of its lines, which are as high as their
/// longest letters.
fn highlighted(page: &PageImage, truth: &[TrueLine], marker: [u8; 3]) -> PageImage {
    let mut pixels = page.pixels.clone();
    for line in truth {
        let bounds = Rect::around(line.outline.iter().copied()).unwrap();
        let (x0, x1) = (f32::midpoint(bounds.x0, bounds.x1) as u32, bounds.x1 as u32);
        let (y0, y1) = (bounds.y0 + 0.25 * bounds.height(), bounds.y1 - 0.25 * bounds.height());
        for (x, y) in (y0 as u32..y1 as u32).flat_map(|y| (x0..x1).map(move |x| (x, y))) {
            let Rgb(colour) = *pixels.get_pixel(x, y);
            pixels.put_pixel(x, y, Rgb([0, 1, 2].map(|c| (u16::from(colour[c]) * u16::from(marker[c]) / 255) as u8)));
        }
    }
    PageImage { pixels }
}

#[test]
fn lines_that_somebody_marked_are_found_whole() {
    let (page, truth) = fixture("letter.jpg");
    for marker in [[255, 250, 60], [255, 120, 190], [110, 220, 255]] {
        let (found, matched) = found(&highlighted(&page, &truth, marker), &truth);
        let score = score(&found, &matched, 0.75);
        // One of the 15 lines loses more than a quarter of its ink under yellow.
        assert!(score.f_measure() > 0.92, "{score:?} under {marker:?}");
    }
}

/// The page on paper that is ruled across, or squared, by blue lines of two pixels every `step`.
fn on_ruled_paper(page: &PageImage, step: u32, is_squared: bool) -> PageImage {
    let mut pixels = page.pixels.clone();
    for (x, y, Rgb(colour)) in pixels.enumerate_pixels_mut() {
        if y % step < 2 || is_squared && x % step < 2 {
            let print = [130, 150, 200];
            *colour = [0, 1, 2].map(|c| (u16::from(colour[c]) * print[c] / 255) as u8);
        }
    }
    PageImage { pixels }
}

#[test]
fn lines_on_ruled_and_squared_paper_are_found_however_it_is_held() {
    let (page, truth) = fixture("letter.jpg");
    for (step, is_squared) in [(48, false), (32, true), (20, true)] {
        let page = on_ruled_paper(&page, step, is_squared);
        for degrees in [0.0, 4.0, -8.0, 12.0] {
            let disturbed = Degradation::careless(degrees).apply(&page, &PageTruth::Lines(truth.clone()));
            let (page, PageTruth::Lines(truth)) = disturbed else { panic!("lines stay lines") };
            let (found, matched) = found(&page, &truth);
            let score = score(&found, &matched, 0.75);
            assert!(score.f_measure() > 0.95, "{score:?} on paper ruled every {step} pixels, turned by {degrees}°");
        }
    }
}

/// The page as a photo of a sheet on a table, seen from one side, and where the sheet's corners are.
fn photo_from_the_side(page: &PageImage) -> (PageImage, PageAdjustments) {
    let (width, height) = (page.width() as f32, page.height() as f32);
    let size = ((1.25 * width) as u32, (1.2 * height) as u32);
    let corners = [[0.24, 0.1], [1.06, 0.16], [1.2, 1.12], [0.06, 1.02]];
    let corners = Some(corners.map(|[x, y]: [f32; 2]| Point::new(x * width, y * height)));
    let sheet = PageAdjustments { corners, ..PageAdjustments::default() };
    let (cut_width, cut_height) = sheet.size(size);
    let scale = (width / cut_width as f32, height / cut_height as f32);
    let pixels = RgbImage::from_fn(size.0, size.1, |x, y| {
        let at = sheet.from_original(size, Point::new(x as f32 + 0.5, y as f32 + 0.5));
        let (x, y) = (at.x * scale.0, at.y * scale.1);
        if (0.0..width).contains(&x) && (0.0..height).contains(&y) {
            image::imageops::interpolate_bilinear(&page.pixels, x, y)
                .unwrap_or(*page.pixels.get_pixel(x as u32, y as u32))
        } else {
            Rgb([96, 74, 52])
        }
    });
    (PageImage { pixels }, sheet)
}

#[test]
fn a_sheet_seen_from_the_side_loses_few_lines_once_set_straight() {
    let mut total = DetectionScore::default();
    // The first is a photo already, whose paper is hardly brighter than a table.
    for (page, truth) in pages_of_lines().into_iter().skip(1) {
        let (photo, sheet) = photo_from_the_side(&page);
        let size = (photo.width(), photo.height());
        let proposed = PageAdjustments { corners: propose_corners(&photo), ..PageAdjustments::default() };
        for (found, corner) in proposed.corners.expect("a sheet").into_iter().zip(sheet.corners.unwrap()) {
            assert!(found.distance(corner) < 0.02 * size.1 as f32, "{found:?} instead of {corner:?}");
        }
        let (cut_width, cut_height) = sheet.size(size);
        let scale = (cut_width as f32 / page.width() as f32, cut_height as f32 / page.height() as f32);
        let seen = |at: &Point| {
            let in_photo = sheet.to_original(size, Point::new(at.x * scale.0, at.y * scale.1));
            proposed.from_original(size, in_photo)
        };
        let truth: Vec<TrueLine> = truth
            .into_iter()
            .map(|line| TrueLine { outline: line.outline.iter().map(seen).collect(), ..line })
            .collect();
        let (found, matched) = found(&proposed.apply(&photo), &truth);
        total += score(&found, &matched, 0.75);
    }
    assert!(total.f_measure() >= 0.98, "{total:?}, F {:.3}", total.f_measure());
}

/// The project's own pages and, where they are, some of those that are not part of it.
fn pages_of_lines() -> Vec<(PageImage, Vec<TrueLine>)> {
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
    pages
}

/// Markers whose luminance is near that of a white board.
const MARKERS: [(&str, [u8; 3]); 6] = [
    ("yellow", [250, 232, 60]),
    ("light green", [150, 232, 130]),
    ("orange", [255, 165, 50]),
    ("pink", [255, 160, 195]),
    ("light blue", [135, 195, 250]),
    ("pale yellow", [252, 246, 130]),
];

#[test]
fn light_markers_stay_legible_on_a_board() {
    for (name, colour) in MARKERS {
        for ground in [[245, 245, 245], [226, 231, 238], [238, 230, 214]] {
            let page = marker_page(colour, ground);
            let prepared = prepare(&page);
            let (ink, paper) = (prepared.gray().get_pixel(102, 150).0[0], prepared.gray().get_pixel(500, 40).0[0]);
            assert!(paper > 235 && paper - ink > 40, "{name} on {ground:?}: {ink} on {paper}");
            assert_eq!(segment(&prepared, ink_labeller()).lines.len(), 4, "{name} on {ground:?}");
        }
    }
}

/// Four lines of letters in a marker's colour, on a board that is darker at its right, as a camera with noise sees it.
fn marker_page(colour: [u8; 3], ground: [u8; 3]) -> PageImage {
    let mut pixels = RgbImage::from_pixel(1200, 800, Rgb(ground));
    for (row, letter) in (0..4).flat_map(|row| (0..24).map(move |letter| (row, letter))) {
        let (x, foot) = (100 + letter * 40 + letter / 5 * 25, 180 + row * 160);
        let top = if letter % 3 == 0 { foot - 64 } else { foot - 38 };
        for (x0, y0, width, height) in [(x, top, 6, foot - top), (x + 18, foot - 38, 6, 38), (x, foot - 38, 24, 6)] {
            for (x, y) in (y0..y0 + height).flat_map(|y| (x0..x0 + width).map(move |x| (x, y))) {
                pixels.put_pixel(x, y, Rgb(colour));
            }
        }
    }
    let mut noise = 1_u32;
    for (x, _, pixel) in pixels.enumerate_pixels_mut() {
        let light = 1.0 - 0.25 * x as f32 / 1200.0;
        pixel.0 = pixel.0.map(|value| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (f32::from(value) * light + (noise >> 29) as f32 - 3.5) as u8
        });
    }
    PageImage { pixels }
}
