//! Ruled-line removal: the rules printed on ruled and squared paper are found over the whole page and erased where
//! nothing is written on them.
//!
//! In narrow strips of the page, a rule is a row, level or at the page's slope, that is darker than the pixels above
//! and below it over most of the strip. Rules are followed from strip to strip, so that they may bend and have slopes
//! of their own. Paper is ruled where several long rules lie at equal distances; lines drawn by hand, frames and
//! underlines do not.

mod rule;
mod tuning;

use image::{GrayImage, imageops};

use self::rule::{Node, RuledPage, RulingLine, STRIP};
pub use self::tuning::RulingLinesTuning;
use crate::{imaging::raster::working_page::PageDraft, numerics::median::median};

/// Erases the rules of ruled or squared paper: every pixel of a rule becomes paper except where a stroke crosses or
/// covers it. Any other page stays as it is.
pub(super) fn erase_ruling_lines(page: &mut PageDraft, tuning: &RulingLinesTuning) {
    let working = page.working();
    let factor = working.factor() as f32;
    let level = find_rules(working.gray(), tuning);
    let upright = find_rules(&imageops::flip_horizontal(&imageops::rotate90(working.gray())), tuning);
    if !are_regular(&level, tuning) && !are_regular(&upright, tuning) {
        return;
    }
    let gray = page.gray_mut();
    // One direction after the other: where rules cross, what the first leaves of the second is no thicker than a rule.
    for (rules, is_upright) in [(level, false), (upright, true)] {
        for rule in &rules {
            rule.erase(&mut RuledPage { gray, is_upright }, factor);
        }
    }
}

/// The long rules of a working page that run from left to right, sorted from top to bottom.
fn find_rules<'a>(gray: &GrayImage, tuning: &'a RulingLinesTuning) -> Vec<RulingLine<'a>> {
    let n_strips = gray.width() as usize / STRIP;
    let slope = slope_of_rules(gray, n_strips, tuning);
    let mut done = Vec::new();
    let mut active: Vec<RulingLine<'_>> = Vec::new();
    for strip in 0..n_strips {
        let mut rows = rows_of_strip(gray, strip * STRIP, slope, tuning);
        let strip = strip as f32;
        for rule in &mut active {
            let expected = rule.expected_at(strip, slope);
            let distance = |&i: &usize| (rows[i] - expected).abs();
            let nearest = (0..rows.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
            let max_jump = if rule.has_slope() { tuning.max_jump_px } else { tuning.max_first_jump_px };
            if let Some(i) = nearest.filter(|i| distance(i) <= max_jump) {
                rule.push(Node { strip, row: rows.swap_remove(i) });
            }
        }
        let is_lost = |rule: &RulingLine<'_>| strip - rule.last().strip > tuning.max_hidden_strips as f32;
        done.extend(active.extract_if(.., |rule| is_lost(rule)));
        active.extend(rows.into_iter().map(|row| RulingLine::new(Node { strip, row }, tuning)));
    }
    done.extend(active);
    done.retain(|rule| rule.is_long(n_strips));
    let middle = n_strips as f32 / 2.0;
    done.sort_by(|a, b| a.row_at(middle).total_cmp(&b.row_at(middle)));
    done
}

/// The slope, of those in the tuning, at which most rows are dark: at another slope than its own, fewer rows of a rule
/// are.
fn slope_of_rules(gray: &GrayImage, n_strips: usize, tuning: &RulingLinesTuning) -> f32 {
    let n_dark = |strip: usize, slope: f32| -> usize {
        dark_rows(gray, strip * STRIP, slope, tuning.spread_rows_of_slope, tuning).into_iter().map(usize::from).sum()
    };
    let samples = || (0..n_strips).step_by(tuning.strips_per_slope_sample.max(1));
    let n_rows = |slope: &f32| -> usize { samples().map(|strip| n_dark(strip, *slope)).sum() };
    // `max_by_key` takes the last one of equals.
    tuning.slopes.into_iter().rev().max_by_key(n_rows).unwrap_or_default()
}

/// The middles of the rows, at this slope, that are darker than their surroundings over most of the strip whose first
/// column is `left`.
fn rows_of_strip(gray: &GrayImage, left: usize, slope: f32, tuning: &RulingLinesTuning) -> Vec<f32> {
    let is_rule = dark_rows(gray, left, slope, tuning.spread_rows, tuning);
    let mut found = Vec::new();
    let mut y = 0;
    while let Some(start) = is_rule[y..].iter().position(|&is| is).map(|offset| y + offset) {
        let end = is_rule[start..].iter().position(|&is| !is).map_or(is_rule.len(), |offset| start + offset);
        found.push((start + end + tuning.spread_rows) as f32 / 2.0 - 1.0);
        y = end;
    }
    found
}

/// For each row, whether the `spread` rows that begin with it, at this slope, are darker than the paper above and below
/// over most of the strip whose first column is `left`.
fn dark_rows(gray: &GrayImage, left: usize, slope: f32, spread: usize, tuning: &RulingLinesTuning) -> Vec<bool> {
    let (width, height) = (gray.width() as usize, gray.height() as usize);
    let reach = tuning.paper_reach_px;
    let falls: [isize; STRIP] = std::array::from_fn(|x| (slope * (x as f32 - STRIP as f32 / 2.0)).round() as isize);
    let margin = reach + falls[0].unsigned_abs();
    let pixels = gray.as_raw();
    let mut dark = vec![[false; STRIP]; height];
    for (y, dark_row) in dark.iter_mut().enumerate().take(height.saturating_sub(margin)).skip(margin) {
        for (x, is_dark) in dark_row.iter_mut().enumerate() {
            let middle = y.strict_add_signed(falls[x]) * width + left + x;
            let paper = pixels[middle - reach * width].min(pixels[middle + reach * width]);
            *is_dark = pixels[middle].saturating_add(tuning.min_contrast_levels) < paper;
        }
    }
    let filled = |rows: &[[bool; STRIP]]| (0..STRIP).filter(|&x| rows.iter().any(|row| row[x])).count();
    let min_filled = tuning.min_filled_fraction * STRIP as f32;
    dark.windows(spread.max(1)).map(|rows| filled(rows) as f32 >= min_filled).collect()
}

/// Whether the rules, sorted, lie at equal distances.
fn are_regular(rules: &[RulingLine<'_>], tuning: &RulingLinesTuning) -> bool {
    let gap = |upper: &RulingLine<'_>, lower: &RulingLine<'_>| {
        let middle = f32::midpoint(upper.first().strip, upper.last().strip);
        lower.row_at(middle) - upper.row_at(middle)
    };
    let gaps: Vec<f32> = rules.windows(2).map(|pair| gap(&pair[0], &pair[1])).collect();
    let usual = median(gaps.iter().copied());
    let n_equal = gaps.iter().filter(|gap| (*gap - usual).abs() <= tuning.max_gap_difference * usual).count();
    // Rows nearer to each other than paper is looked for cannot both be rules.
    usual > 2.0 * tuning.paper_reach_px as f32 && n_equal >= tuning.min_equal_gaps && 2 * n_equal > gaps.len()
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

    /// The page without its rules.
    fn cleaned(page: &GrayImage) -> GrayImage {
        let mut draft = PageDraft::new(page.clone());
        erase_ruling_lines(&mut draft, &RulingLinesTuning::default());
        draft.gray().clone()
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
        assert_eq!(cleaned(&page), page);
    }

    #[test]
    fn rules_and_squares_go_and_ink_on_them_stays() {
        // Nearly straight, and as sheets are turned by 6 and 11 degrees.
        let kinds = [[true, false], [false, true], [true, true]];
        for (kinds, fall) in kinds.into_iter().flat_map(|kinds| [0.008, 0.1, -0.1, 0.2].map(|fall| (kinds, fall))) {
            let drawn = written(&paper(kinds, fall));
            let page = cleaned(&drawn);
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
            assert_eq!(cleaned(&before), before);
        }
    }
}
