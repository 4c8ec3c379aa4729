//! Finds a prepared page's text lines.
//!
//! On a reduced image: ink by Sauvola's threshold, connected components, the writing's size from theirs, rules and
//! frames taken out, spines of lines as crests of smeared ink, components given to spines, lines cut at wide gaps, then
//! each line's core, baseline and outline.

mod assign;
mod pieces;
mod ridges;
mod rules;
mod scale;
mod shadow;
mod shape;

use image::GrayImage;

use super::{
    PreparedPage,
    binarize::binarize,
    components::{Component, components},
    reading_order::reading_order,
    shrink::shrink,
};
use crate::page::{Baseline, LineId, Point, Rect, TextLine};
use assign::LineInk;
use scale::WritingScale;
use shape::{Core, OwnerMap};

/// Lines are looked for on an image whose longer side is about this many pixels.
const WORKING_SIDE: f32 = 2000.0;
/// More lines than this are noise.
const MAX_LINES: usize = 2000;

/// The text lines of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segmentation {
    /// In reading order, with ids from 0; not transcribed. Outlines and baselines lie inside the page.
    pub lines: Vec<TextLine>,
}

/// Finds the text lines of `page`. A page without writing has none.
pub fn segment(page: &PreparedPage) -> Segmentation {
    let side = page.gray.width().max(page.gray.height());
    let factor = (side as f32 / WORKING_SIDE).round().max(1.0) as u32;
    let gray = shrink(&page.gray, factor);
    let found = find_lines(&gray);
    let full = |p: Point| {
        let within = |value: f32, len: u32| (value * factor as f32).clamp(0.0, len as f32);
        Point::new(within(p.x, page.gray.width()), within(p.y, page.gray.height()))
    };
    let mut lines: Vec<TextLine> = found
        .into_iter()
        .filter_map(|line| {
            let outline: Vec<Point> = line.outline.into_iter().map(full).collect();
            let bounds = Rect::around(outline.iter().copied()).filter(|bounds| bounds.area() > 0.0)?;
            Some(TextLine {
                id: LineId(0),
                bounds,
                outline,
                baseline: Baseline(line.baseline.0.into_iter().map(full).collect()),
                x_height: line.x_height * factor as f32,
                transcription: None,
                correction: None,
            })
        })
        .collect();
    lines = reading_order(lines);
    for (id, line) in lines.iter_mut().enumerate() {
        line.id = LineId(id as u32);
    }
    Segmentation { lines }
}

/// A line in working pixels.
struct FoundLine {
    outline: Vec<Point>,
    baseline: Baseline,
    x_height: f32,
}

fn find_lines(gray: &GrayImage) -> Vec<FoundLine> {
    let radius = (gray.width().max(gray.height()) / 80).clamp(8, 40);
    let all = components(&binarize(gray, radius));
    let Some(scale) = WritingScale::measure(&all, gray.height()) else { return Vec::new() };
    let (kept, rules) = rules::remove_rules(all, scale);
    let Some(scale) = WritingScale::measure(&kept, gray.height()) else { return Vec::new() };
    let (text, marks) = pieces::sort_out(kept, scale, gray);
    let spines = ridges::find_spines(&text, scale);
    let candidates: Vec<Component> = text.into_iter().chain(marks).collect();
    let lines = assign::assign(candidates, &spines, scale);
    let lines = lines.into_iter().flat_map(|line| pieces::cut_at_gaps(line, &rules, scale));
    let lines: Vec<LineInk> = lines.filter(|line| pieces::is_writing(line, scale)).take(MAX_LINES).collect();
    describe(&lines, scale, gray.dimensions())
}

fn describe(lines: &[LineInk], scale: WritingScale, (width, height): (u32, u32)) -> Vec<FoundLine> {
    let mut map = OwnerMap::new(width, height);
    for (i, line) in lines.iter().enumerate() {
        map.claim(line, i as u16 + 1);
    }
    let found = lines.iter().enumerate().map(|(i, line)| {
        let core = Core::measure(line, scale);
        FoundLine {
            outline: shape::outline(line, core, i as u16 + 1, &map, scale),
            baseline: shape::baseline(line, core),
            x_height: core.height(),
        }
    });
    found.collect()
}

#[cfg(test)]
mod tests;
