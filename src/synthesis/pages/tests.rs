//! Pages made from the bundled sources.

use std::{collections::BTreeSet, sync::LazyLock};

use rayon::prelude::*;

use super::{
    composed_page::{ComposedLine, ComposedPage, INK_NONE, INK_WRITING, PageContent},
    composer::PageComposer,
    layout::{InkKind, PlacedLine},
    scene::{CONTENTS, Scene},
};
use crate::{page::Point, synthesis::sources::bundled::bundled_sources};

/// Pages that the tests of truth look at.
static PAGES: LazyLock<Vec<ComposedPage>> = LazyLock::new(|| {
    let composer = composer(3);
    (0..24u64).into_par_iter().map(|index| composer.page(index)).collect()
});

fn composer(seed: u64) -> PageComposer {
    let folder = tempfile::tempdir().unwrap();
    PageComposer::new(&bundled_sources(folder.path()).unwrap(), seed).unwrap()
}

/// The distance from `p` to the baseline, in x-heights.
fn distance(p: Point, line: &ComposedLine) -> f32 {
    let to_segment = |pair: &[Point]| {
        let (a, b) = (pair[0], pair[1]);
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let share = ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy).max(1e-6);
        let share = share.clamp(0.0, 1.0);
        p.distance(Point::new(a.x + share * dx, a.y + share * dy))
    };
    line.baseline.windows(2).map(to_segment).fold(f32::INFINITY, f32::min) / line.x_height
}

#[test]
fn a_page_depends_on_seed_and_index_alone() {
    let (one, same, other) = (composer(1), composer(1), composer(2));
    let forwards: Vec<ComposedPage> = (0..3).map(|index| one.page(index)).collect();
    let mut in_parallel: Vec<ComposedPage> =
        (0..3u32).into_par_iter().rev().map(|index| same.page(u64::from(index))).collect();
    in_parallel.reverse();
    assert!(forwards == in_parallel);
    assert!((0..3).all(|index| other.page(index) != forwards[index as usize]), "another seed makes other pages");
}

#[test]
fn dark_pixels_are_labelled_and_bare_paper_is_not() {
    for (index, page) in PAGES.iter().enumerate() {
        assert_eq!(page.gray.dimensions(), page.ink.dimensions());
        let (mut dark, mut labelled, mut bright) = (0u32, 0u32, 0u32);
        for (gray, ink) in page.gray.pixels().zip(page.ink.pixels()) {
            dark += u32::from(gray.0[0] < 160);
            labelled += u32::from(gray.0[0] < 160 && ink.0[0] != INK_NONE);
            bright += u32::from(gray.0[0] > 235 && ink.0[0] != INK_NONE);
        }
        assert!(f64::from(labelled) >= 0.98 * f64::from(dark), "page {index}: {labelled} of {dark}");
        assert_eq!(bright, 0, "page {index}");
    }
}

#[test]
fn writing_stands_on_its_lines() {
    let (mut all, mut near) = (0u32, 0u32);
    for page in PAGES.iter().filter(|page| !page.lines.is_empty()) {
        for (x, y, _) in page.ink.enumerate_pixels().filter(|(_, _, ink)| ink.0[0] == INK_WRITING) {
            let p = Point::new(x as f32 + 0.5, y as f32 + 0.5);
            all += 1;
            near += u32::from(page.lines.iter().any(|line| distance(p, line) < 3.0));
        }
    }
    assert!(all > 30_000, "{all} pixels of writing");
    // The rest belongs to words that are mostly out of the photo.
    assert!(f64::from(near) > 0.98 * f64::from(all), "{near} of {all} pixels of writing are near a line");
}

#[test]
fn lines_have_writing_between_their_ends() {
    for (index, page) in PAGES.iter().enumerate() {
        for line in &page.lines {
            assert!(line.x_height > 3.0 && line.baseline.len() > 1, "page {index}: {line:?}");
            assert_eq!(line.words.len(), line.text.split(' ').count(), "page {index}: {}", line.text);
            let reach = 3.0 * line.x_height;
            let (a, b) = (line.baseline[0], line.baseline[line.baseline.len() - 1]);
            let is_near = |x: u32, y: u32| distance(Point::new(x as f32 + 0.5, y as f32 + 0.5), line) < 2.5;
            let side = |low: f32, high: f32, end: u32| {
                ((low - reach).clamp(0.0, end as f32) as u32)..((high + reach).clamp(0.0, end as f32) as u32)
            };
            let columns = side(a.x.min(b.x), a.x.max(b.x), page.ink.width());
            let rows = side(a.y.min(b.y), a.y.max(b.y), page.ink.height());
            let is_written = |x, y| page.ink.get_pixel(x, y).0[0] == INK_WRITING && is_near(x, y);
            assert!(
                rows.into_iter().any(|y| columns.clone().any(|x| is_written(x, y))),
                "page {index}: nothing at {:?}",
                line.text
            );
        }
    }
}

#[test]
fn every_kind_of_page_occurs_and_drawings_have_no_lines() {
    let composer = composer(6);
    let scenes: Vec<Scene> = (0..400).map(|index| composer.scene_of_page(index)).collect();
    let kinds: BTreeSet<PageContent> = scenes.iter().map(|scene| scene.content).collect();
    assert_eq!(kinds.len(), CONTENTS.len(), "{kinds:?}");
    let is_drawn = |scene: &Scene| scene.layout.marks.iter().any(|mark| mark.kind == InkKind::Drawing);
    for scene in &scenes {
        match scene.content {
            PageContent::Sketches => assert!(scene.layout.lines.is_empty() && is_drawn(scene)),
            PageContent::Nothing => assert!(scene.layout.lines.is_empty() && scene.layout.marks.is_empty()),
            _ => {}
        }
    }
    let written = scenes.iter().filter(|scene| !scene.layout.lines.is_empty()).count();
    let drawn = scenes.iter().filter(|scene| is_drawn(scene)).count();
    assert!(written > 300 && drawn > 250, "{written} scenes with lines, {drawn} with drawings");
}

#[test]
fn rows_of_single_characters_are_lines() {
    let composer = composer(6);
    let rows = (0..400).flat_map(|index| composer.scene_of_page(index).layout.lines);
    let is_spread = |line: &PlacedLine| {
        let gaps = line.words.windows(2).map(|pair| (pair[1].ends[0].x - pair[0].ends[1].x).abs() / line.x_height);
        line.words.len() > 7 && line.words.iter().all(|word| word.text.len() == 1) && gaps.fold(0.0, f32::max) > 2.0
    };
    assert!(rows.filter(is_spread).count() > 20);
}
