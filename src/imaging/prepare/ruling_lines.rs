//! The rules printed on ruled and squared paper, found over the whole page and erased where nothing is written on them.
//!
//! In narrow strips of the page, a rule is a row, level or at the page's slope, that is darker than what lies above and below
//! it over most of the strip. Such rows are followed from strip to strip, so that rules may slope otherwise and bend. Paper is
//! ruled where several long rules lie at equal distances; lines drawn by hand, frames and underlines do not.

use image::{GrayImage, imageops};

use crate::imaging::raster::reduce::shrink;

/// Rules are looked for on an image whose longer side is at most this many pixels.
const WORKING_SIDE: u32 = 2000;
/// Pixels in a strip along the rule.
const STRIP: usize = 16;
/// How far above and below a rule's row paper is looked for, in working pixels.
const REACH: usize = 4;
/// A rule is darker than the paper on both of its sides by this much.
const MIN_CONTRAST: u8 = 10;
/// The part of a strip's columns that a rule fills.
const MIN_FILLED: f32 = 0.65;
/// How far a rule may lie from where it is expected in the next strip, in working pixels: further as long as hardly anything
/// is known of its slope.
const MAX_JUMP: f32 = 2.0;
const MAX_FIRST_JUMP: f32 = 3.0;
/// So many places tell a slope.
const MIN_PLACES_OF_SLOPE: usize = 4;
/// The slopes that rules are looked for at, in rows a column: those of a turned sheet lie near one of them. Which one is found
/// in one strip of so many.
const SLOPES: [f32; 9] = [0.0, 0.07, -0.07, 0.14, -0.14, 0.21, -0.21, 0.28, -0.28];
const STRIPS_A_SAMPLE: usize = 8;
/// Rows that a rule is spread over within a strip: it may rise or fall a little there. Where its slope is asked for, it must
/// not.
const SPREAD: usize = 3;
const SPREAD_AT_SLOPE: usize = 1;
/// Strips over which writing may hide a rule.
const MAX_HIDDEN: usize = 12;
/// A rule reaches over at least this part of the page and shows on at least this part of its way.
const MIN_LENGTH: f32 = 0.35;
const MIN_SHOWN: f32 = 0.5;
/// And over this many strips; on a picture so small that they nearly fill it, over this part of it: on one line of writing
/// ascenders are a third of the picture's height, and no rules.
const MIN_STRIPS: f32 = 8.0;
const MIN_LENGTH_WHERE_SMALL: f32 = 0.9;
/// Ruled paper has at least this many gaps between rules that differ little from the usual gap.
const MIN_EQUAL_GAPS: usize = 3;
const MAX_GAP_DIFFERENCE: f32 = 0.2;
/// Erasing goes on this many strips beyond a rule's ends.
const BEYOND: f32 = 8.0;

/// Erases the rules of ruled or squared paper from the prepared page `gray`: every pixel of a rule becomes paper but
/// where a stroke crosses or covers it. Any other page stays as it is.
pub(super) fn erase_paper_rules(gray: &mut GrayImage) {
    let factor = gray.width().max(gray.height()).div_ceil(WORKING_SIDE).max(1);
    let small = shrink(gray, factor);
    let level = find_rules(&small);
    let upright = find_rules(&imageops::flip_horizontal(&imageops::rotate90(&small)));
    if !are_regular(&level) && !are_regular(&upright) {
        return;
    }
    // Rules in one direction first: what is left where they cross those of the other is as thin as these.
    for (rules, is_upright) in [(level, false), (upright, true)] {
        for rule in &rules {
            rule.erase(&mut Page { gray, is_upright }, factor as f32);
        }
    }
}

/// A page whose rules run along; upright ones are seen with rows and columns exchanged.
struct Page<'a> {
    gray: &'a mut GrayImage,
    is_upright: bool,
}

impl Page<'_> {
    /// Pixels along and across the rules.
    fn size(&self) -> (usize, usize) {
        let (width, height) = (self.gray.width() as usize, self.gray.height() as usize);
        if self.is_upright { (height, width) } else { (width, height) }
    }

    fn index(&self, along: usize, across: usize) -> usize {
        let width = self.gray.width() as usize;
        if self.is_upright { along * width + across } else { across * width + along }
    }

    fn value(&self, along: usize, across: usize) -> u8 {
        self.gray.as_raw()[self.index(along, across)]
    }

    fn set_paper(&mut self, along: usize, across: usize) {
        let i = self.index(along, across);
        self.gray.as_mut()[i] = 255;
    }
}

/// The long rules of a working image, from left to right, sorted from top to bottom.
fn find_rules(gray: &GrayImage) -> Vec<PaperRule> {
    let n_strips = gray.width() as usize / STRIP;
    let slope = slope_of_rules(gray, n_strips);
    let mut done = Vec::new();
    let mut active: Vec<PaperRule> = Vec::new();
    for strip in 0..n_strips {
        let mut rows = rows_of_strip(gray, strip * STRIP, slope);
        for rule in &mut active {
            let expected = rule.expected_at(strip as f32, slope);
            let distance = |&i: &usize| (rows[i] - expected).abs();
            let nearest = (0..rows.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
            let max_jump = if rule.places.len() < MIN_PLACES_OF_SLOPE { MAX_FIRST_JUMP } else { MAX_JUMP };
            if let Some(i) = nearest.filter(|i| distance(i) <= max_jump) {
                rule.places.push((strip as f32, rows.swap_remove(i)));
            }
        }
        let is_hidden = |rule: &PaperRule| strip as f32 - rule.last().0 > MAX_HIDDEN as f32;
        done.extend(active.extract_if(.., |rule| is_hidden(rule)));
        active.extend(rows.into_iter().map(|row| PaperRule { places: vec![(strip as f32, row)] }));
    }
    done.extend(active);
    done.retain(|rule| rule.is_long(n_strips));
    done.sort_by(|a, b| a.row_at(n_strips as f32 / 2.0).total_cmp(&b.row_at(n_strips as f32 / 2.0)));
    done
}

/// The one of `SLOPES` that most rows are dark at: at another than its own, fewer rows of a rule are.
fn slope_of_rules(gray: &GrayImage, n_strips: usize) -> f32 {
    let n_dark = |strip: usize, slope: f32| -> usize {
        dark_rows(gray, strip * STRIP, slope, SPREAD_AT_SLOPE).into_iter().map(usize::from).sum()
    };
    let n_rows =
        |slope: &f32| -> usize { (0..n_strips).step_by(STRIPS_A_SAMPLE).map(|strip| n_dark(strip, *slope)).sum() };
    // Of equals the last one counts.
    SLOPES.into_iter().rev().max_by_key(n_rows).unwrap_or_default()
}

/// Middles of the rows, at this slope, that are darker than their surroundings over most of the strip from `left` on.
fn rows_of_strip(gray: &GrayImage, left: usize, slope: f32) -> Vec<f32> {
    let is_rule = dark_rows(gray, left, slope, SPREAD);
    let mut found = Vec::new();
    let mut y = 0;
    while let Some(start) = is_rule[y..].iter().position(|&is| is).map(|offset| y + offset) {
        let end = is_rule[start..].iter().position(|&is| !is).map_or(is_rule.len(), |offset| start + offset);
        found.push((start + end + SPREAD) as f32 / 2.0 - 1.0);
        y = end;
    }
    found
}

/// From which rows on `spread` rows, at this slope, are darker than what lies above and below them over most of the strip from
/// `left` on.
fn dark_rows(gray: &GrayImage, left: usize, slope: f32, spread: usize) -> Vec<bool> {
    let (width, height) = (gray.width() as usize, gray.height() as usize);
    let falls: [isize; STRIP] = std::array::from_fn(|x| (slope * (x as f32 - STRIP as f32 / 2.0)).round() as isize);
    let margin = REACH + falls[0].unsigned_abs();
    let mut dark = vec![[false; STRIP]; height];
    for (y, dark_row) in dark.iter_mut().enumerate().take(height.saturating_sub(margin)).skip(margin) {
        for (x, is_dark) in dark_row.iter_mut().enumerate() {
            let value = |rows: isize| gray.as_raw()[y.strict_add_signed(falls[x] + rows) * width + left + x];
            let around = value(-(REACH as isize)).min(value(REACH as isize));
            *is_dark = value(0).saturating_add(MIN_CONTRAST) < around;
        }
    }
    let filled = |rows: &[[bool; STRIP]]| (0..STRIP).filter(|&x| rows.iter().any(|row| row[x])).count();
    dark.windows(spread).map(|rows| filled(rows) as f32 >= MIN_FILLED * STRIP as f32).collect()
}

/// A rule as the strips that show it and its rows there, in working pixels.
struct PaperRule {
    places: Vec<(f32, f32)>,
}

/// A rule where it crosses one line of pixels: first and end pixel across, and how dark it is.
#[derive(Clone, Copy)]
struct Slice {
    along: usize,
    start: usize,
    end: usize,
    darkness: u8,
}

impl PaperRule {
    fn last(&self) -> (f32, f32) {
        self.places[self.places.len() - 1]
    }

    /// The rule's row in a strip: between two places linear, beyond them as the nearest dozen places run.
    fn row_at(&self, strip: f32) -> f32 {
        let next = self.places.partition_point(|place| place.0 < strip);
        let n = self.places.len();
        if next == 0 || next == n {
            let near = if next == 0 { &self.places[..n.min(12)] } else { &self.places[n.saturating_sub(12)..] };
            return straight_fit(near, strip);
        }
        let (a, b) = (self.places[next - 1], self.places[next]);
        a.1 + (b.1 - a.1) * (strip - a.0) / (b.0 - a.0)
    }

    /// Where the next place of a rule under way should be: as its last dozen places run, or at `slope` where these are too few.
    fn expected_at(&self, strip: f32, slope: f32) -> f32 {
        let (last, row) = self.last();
        let is_sloped = self.places.len() >= MIN_PLACES_OF_SLOPE;
        if is_sloped { self.row_at(strip) } else { row + slope * STRIP as f32 * (strip - last) }
    }

    fn is_long(&self, n_strips: usize) -> bool {
        let len = self.last().0 - self.places[0].0 + 1.0;
        let least = (MIN_LENGTH * n_strips as f32).max(MIN_STRIPS.min(MIN_LENGTH_WHERE_SMALL * n_strips as f32));
        len >= least && self.places.len() as f32 >= MIN_SHOWN * len
    }

    fn erase(&self, page: &mut Page<'_>, factor: f32) {
        let slices = self.slices(page, factor);
        let median = |mut values: Vec<usize>| {
            values.sort_unstable();
            values.get(values.len() / 2).copied().unwrap_or(0)
        };
        let thickness = median(slices.iter().map(|slice| slice.end - slice.start).collect());
        let darkness = median(slices.iter().map(|slice| usize::from(slice.darkness)).collect());
        // Strokes are thicker across the rule than it is, or darker.
        let is_bare = |slice: &&Slice| {
            slice.end - slice.start <= thickness + thickness.div_ceil(2)
                && usize::from(slice.darkness) <= darkness + darkness / 2 + 12
        };
        for slice in slices.iter().filter(is_bare) {
            // The rule's edges are blurred.
            let end = (slice.end + 1).min(page.size().1);
            for across in slice.start.saturating_sub(1)..end {
                page.set_paper(slice.along, across);
            }
        }
    }

    /// What is dark where the rule should be, all along it at full size.
    fn slices(&self, page: &Page<'_>, factor: f32) -> Vec<Slice> {
        let (len, depth) = page.size();
        let scale = STRIP as f32 * factor;
        let place_of = |strip: f32| ((strip + 0.5) * scale).clamp(0.0, len as f32) as usize;
        let reach = (1.5 * factor).ceil() as usize;
        (place_of(self.places[0].0 - BEYOND)..place_of(self.last().0 + BEYOND))
            .filter_map(|along| {
                let row = (self.row_at((along as f32 + 0.5) / scale - 0.5) + 0.5) * factor;
                let near =
                    (row.max(0.0) as usize).saturating_sub(reach)..(row.max(0.0) as usize + reach + 1).min(depth);
                let darkest = near.min_by_key(|&across| page.value(along, across))?;
                let darkness = 255 - page.value(along, darkest);
                let paper = 255 - (darkness / 3).max(MIN_CONTRAST);
                let is_dark = |across: &usize| page.value(along, *across) < paper;
                let start = (0..darkest).rev().take_while(is_dark).last().unwrap_or(darkest);
                let end = (darkest..depth).take_while(is_dark).last()? + 1;
                Some(Slice { along, start, end, darkness })
            })
            .collect()
    }
}

/// The height at `x` of the line of least squares through `points`.
fn straight_fit(points: &[(f32, f32)], x: f32) -> f32 {
    let n = points.len() as f32;
    let mean_x = points.iter().map(|p| p.0).sum::<f32>() / n;
    let mean_y = points.iter().map(|p| p.1).sum::<f32>() / n;
    let products: f32 = points.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_y)).sum();
    let squares: f32 = points.iter().map(|p| (p.0 - mean_x).powi(2)).sum();
    // One place tells no slope.
    mean_y + if squares > 0.0 { products / squares * (x - mean_x) } else { 0.0 }
}

/// Whether the rules, sorted, lie at equal distances.
fn are_regular(rules: &[PaperRule]) -> bool {
    let middle = |rule: &PaperRule| f32::midpoint(rule.places[0].0, rule.last().0);
    let gaps: Vec<f32> =
        rules.windows(2).map(|pair| pair[1].row_at(middle(&pair[0])) - pair[0].row_at(middle(&pair[0]))).collect();
    let mut sorted = gaps.clone();
    sorted.sort_by(f32::total_cmp);
    let Some(&usual) = sorted.get(sorted.len() / 2) else { return false };
    let n_equal = gaps.iter().filter(|gap| (*gap - usual).abs() <= MAX_GAP_DIFFERENCE * usual).count();
    usual > 2.0 * REACH as f32 && n_equal >= MIN_EQUAL_GAPS && 2 * n_equal > gaps.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    const RULE: u8 = 170;
    const INK: u8 = 30;

    fn fill(gray: &mut GrayImage, (x0, y0): (u32, u32), (x1, y1): (u32, u32), value: u8) {
        for (x, y) in (y0..y1).flat_map(|y| (x0..x1).map(move |x| (x, y))) {
            gray.put_pixel(x, y, Luma([value]));
        }
    }

    /// Letters without horizontal strokes, four pixels thick, that stand on or hang below row 200, a dash on the rule
    /// there and a slanting stroke through it.
    fn written(paper: &GrayImage) -> GrayImage {
        let mut page = paper.clone();
        for letter in 0..20 {
            let x = 100 + letter * 30;
            fill(&mut page, (x, 170), (x + 4, if letter % 3 == 0 { 218 } else { 200 }), INK);
        }
        fill(&mut page, (720, 198), (760, 202), INK);
        for y in 180..220 {
            fill(&mut page, (760 + (y - 180) / 2, y), (765 + (y - 180) / 2, y + 1), INK);
        }
        page
    }

    /// Paper of 900 by 700 pixels with a rule every 40, turned clockwise until level ones fall by `fall` rows a column.
    fn paper([level, upright]: [bool; 2], fall: f32) -> GrayImage {
        let mut page = GrayImage::from_pixel(900, 700, Luma([250]));
        let mut draw = |x: u32, y: f32, is_upright: bool| {
            let place = |more: u32| if is_upright { (y as u32 + more, x) } else { (x, y as u32 + more) };
            for (x, y) in [place(0), place(1)].into_iter().filter(|&(x, y)| y < 700 && x < 900) {
                page.put_pixel(x, y, Luma([RULE]));
            }
        };
        for (at, along) in (-5..30).flat_map(|rule| (0..900).map(move |along| (rule as f32 * 40.0, along))) {
            let across = fall * along as f32;
            for (y, is_upright) in [(at + across, false), (at - across, true)] {
                if y >= 0.0 && if is_upright { upright } else { level } {
                    draw(along, y, is_upright);
                }
            }
        }
        page
    }

    fn darkest_without_ink(page: &GrayImage, written: &GrayImage) -> u8 {
        let near_ink = |x: u32, y: u32| {
            (y.saturating_sub(4)..(y + 5).min(700))
                .flat_map(|y| (x.saturating_sub(4)..(x + 5).min(900)).map(move |x| (x, y)))
                .any(|(x, y)| written.get_pixel(x, y).0[0] == INK)
        };
        // In the corners of a turned sheet, rules are short.
        let bare = (page.enumerate_pixels())
            .filter(|(x, y, _)| (60..840).contains(x) && (60..640).contains(y) && !near_ink(*x, *y));
        bare.map(|(_, _, pixel)| pixel.0[0]).min().unwrap()
    }

    #[test]
    fn ascenders_on_a_picture_of_one_line_are_no_rules() {
        let mut page = GrayImage::from_pixel(900, 80, Luma([250]));
        (0..18).for_each(|letter| fill(&mut page, (40 + letter * 45, 8), (42 + letter * 45, 60), INK));
        let drawn = page.clone();
        erase_paper_rules(&mut page);
        assert_eq!(page, drawn);
    }

    #[test]
    fn rules_and_squares_go_and_ink_on_them_stays() {
        // Nearly straight, and as sheets are turned by 6 and 11 degrees.
        let kinds = [[true, false], [false, true], [true, true]];
        for (kinds, fall) in kinds.into_iter().flat_map(|kinds| [0.008, 0.1, -0.1, 0.2].map(|fall| (kinds, fall))) {
            let drawn = written(&paper(kinds, fall));
            let mut page = drawn.clone();
            erase_paper_rules(&mut page);
            for (x, y, pixel) in drawn.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] == INK) {
                assert_eq!(page.get_pixel(x, y), pixel, "ink at {x}, {y}");
            }
            let darkest = darkest_without_ink(&page, &drawn);
            assert!(darkest > 240, "{darkest} on paper with level and upright {kinds:?} that fall by {fall}");
        }
    }

    #[test]
    fn pages_without_rules_do_not_change() {
        let plain = written(&paper([false, false], 0.0));
        // Two underlines and a frame are no ruled paper.
        let mut drawing = plain.clone();
        for (from, to) in [
            ((60, 240), (840, 243)),
            ((60, 300), (840, 303)),
            ((60, 400), (840, 404)),
            ((60, 640), (840, 644)),
            ((60, 400), (64, 640)),
            ((836, 400), (840, 640)),
        ] {
            fill(&mut drawing, from, to, INK);
        }
        for before in [plain, drawing, GrayImage::new(0, 0), GrayImage::new(7, 3), GrayImage::new(40, 40)] {
            let mut after = before.clone();
            erase_paper_rules(&mut after);
            assert_eq!(after, before);
        }
    }
}
