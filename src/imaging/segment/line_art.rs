//! Ruled lines, frames and arrows: long, straight, thin strokes, taken out of the ink so that writing on or in them
//! is left.

use super::chains::{Bitmap, Chain, MIN_THIN_PART, find_chains};
use crate::imaging::raster::{
    components::{Component, Run, connect},
    writing_scale::WritingScale,
};

/// A chain across the page is a rule from this many letter heights on.
const MIN_RULE: f32 = 3.0;
/// An upright one must be longer, as a descender may run into an ascender; but not where most of the component's box is
/// paper, as in a frame, or where it stands alone.
const MIN_UPRIGHT: f32 = 4.5;
const MIN_UPRIGHT_IN_FRAME: f32 = 2.5;
const MAX_FRAME_DENSITY: f32 = 0.08;
/// Beside a rule of its component, a shorter chain is one too: frames are seldom taller than two lines.
const MIN_SIDE: f32 = 1.8;
/// How far from a rule's end such a side begins, in letter heights and five stroke widths.
const REACH: f32 = 0.4;
const REACH_OF_DRAWING: f32 = 0.15;
/// In a drawing, lines that go on from a rule's end are followed down to this length, in letter heights.
const MIN_SIDE_OF_DRAWING: f32 = 0.8;
/// A stroke is narrower than this, in letter heights.
const MAX_STROKE: f32 = 0.45;
/// A component that this part or less is left of, once its rules are taken out, is a drawing.
const MAX_LEFT_OF_DRAWING: f32 = 0.5;
/// What is left of a drawing may be a letter if it is no larger than this, in letter heights.
const MAX_LETTER: f32 = 2.6;
/// What is left of a drawing is writing only if its rows cross so many strokes on average.
const MIN_CROSSINGS: f32 = 1.8;
/// What is left of a connector between boxes is at least this long, in letter heights, in most columns no thicker than
/// this, in stroke widths, and its rows cross no more strokes than this.
const MIN_CONNECTOR: f32 = 2.0;
const MAX_CONNECTOR_STROKE: f32 = 1.5;
const MAX_CONNECTOR_CROSSINGS: f32 = 2.2;
/// Pieces with at least this part of their ink on the line of a rule are left over from it.
const MIN_LEFT_OVER: f32 = 0.7;
/// The largest head of an arrow, in letter heights.
const MAX_HEAD: f32 = 1.6;
/// A component with a level rule of this many letter heights and an upright one is a drawing.
const MIN_DRAWN: f32 = 6.0;

/// A removed stroke, in working pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) from: (f32, f32),
    pub(super) to: (f32, f32),
}

impl Rule {
    fn of(chain: &Chain) -> Self {
        let [from, to] = chain.ends();
        Self { from, to }
    }

    fn moved(self, x: u32, y: u32) -> Self {
        let (x, y) = (x as f32, y as f32);
        Self { from: (self.from.0 + x, self.from.1 + y), to: (self.to.0 + x, self.to.1 + y) }
    }

    fn len(self) -> f32 {
        (self.to.0 - self.from.0).hypot(self.to.1 - self.from.1)
    }

    /// Whether the point lies on the rule, or beyond its ends by no more than `beyond`.
    fn passes(self, (x, y): (f32, f32), width: f32, beyond: f32) -> bool {
        let len = self.len().max(1.0);
        let (dx, dy) = ((self.to.0 - self.from.0) / len, (self.to.1 - self.from.1) / len);
        let (x, y) = (x - self.from.0, y - self.from.1);
        (x * dy - y * dx).abs() <= width && (-beyond..=len + beyond).contains(&(x * dx + y * dy))
    }

    fn ends(self) -> [(f32, f32); 2] {
        [self.from, self.to]
    }

    /// Whether the rule runs upright rather than across.
    pub(super) fn is_upright(&self) -> bool {
        (self.to.1 - self.from.1).abs() > (self.to.0 - self.from.0).abs()
    }
}

/// What rules leave of a page's ink.
pub(super) struct WithoutRules {
    /// What is left of the components.
    pub(super) kept: Vec<Component>,
    pub(super) rules: Vec<Rule>,
    /// Frames and what is joined to them; writing that touches them is in `kept`, too.
    pub(super) drawings: Vec<Component>,
    /// Single strokes that touch a drawing: drawn too, or letters and brackets where they stand in a line.
    pub(super) strokes: Vec<Component>,
}

/// Takes the rules out of the components.
pub(super) fn remove_rules(components: Vec<Component>, scale: WritingScale) -> WithoutRules {
    let (mut rules, mut drawn) = (Vec::new(), Vec::new());
    let (mut kept, mut drawings, mut strokes) = (Vec::new(), Vec::new(), Vec::new());
    for component in components {
        if component.width().max(component.height()) < MIN_UPRIGHT_IN_FRAME * scale.letter {
            kept.push(component);
            continue;
        }
        let mut bitmap = Bitmap::of(&component);
        let is_frame = component.density() < MAX_FRAME_DENSITY || component.width() < 0.5 * scale.letter;
        let min_upright = if is_frame { MIN_UPRIGHT_IN_FRAME } else { MIN_UPRIGHT };
        let own = take_out(&mut bitmap, MIN_SIDE, scale, |chain| is_long_rule(chain, min_upright, scale));
        if own.is_empty() {
            kept.push(component);
            continue;
        }
        let mut own = own;
        own.extend(take_out(&mut bitmap, MIN_SIDE, scale, |chain| is_side(chain, &own, MIN_SIDE, REACH, scale)));
        let left = bitmap.ink.iter().filter(|&&ink| ink).count();
        let is_drawing = left as f32 <= MAX_LEFT_OF_DRAWING * component.area as f32 || is_frame_like(&own, scale);
        if is_drawing {
            follow_corners(&mut own, &mut bitmap, scale);
        }
        let own: Vec<Rule> = own.into_iter().map(|rule| rule.moved(component.left, component.top)).collect();
        let is_left_over = |part: &Component| own.iter().any(|rule| is_left_over(part, *rule, scale));
        for part in connect(&bitmap.runs()) {
            if !is_drawing || looks_written(&part) && !is_connector(&part, scale) && !is_left_over(&part) {
                kept.push(part);
            } else if part.width().max(part.height()) <= MAX_LETTER * scale.letter && !is_left_over(&part) {
                strokes.push(part);
            }
        }
        drawn.extend(own.iter().copied().filter(|_| is_drawing));
        drawings.extend(is_frame_like(&own, scale).then_some(component));
        rules.extend(own);
    }
    let is_kept = |part: &Component| looks_written(part) || !drawn.iter().any(|rule| is_loose_part(part, *rule, scale));
    let (kept, loose): (Vec<Component>, Vec<Component>) = kept.into_iter().partition(is_kept);
    strokes.extend(loose);
    WithoutRules { kept, rules, drawings, strokes }
}

/// Whether a piece of ink that stands alone belongs to a drawing: the head of an arrow around a rule's end, or a straight
/// stroke that begins where a rule ends.
fn is_loose_part(part: &Component, rule: Rule, scale: WritingScale) -> bool {
    let (width, height) = (part.width(), part.height());
    let reach = REACH_OF_DRAWING * (5.0 * scale.stroke + scale.letter);
    let is_stroke =
        width.min(height) < MAX_STROKE * scale.letter && width.max(height) > MIN_SIDE_OF_DRAWING * scale.letter;
    let beyond = if is_stroke { reach } else { 0.0 };
    width.max(height) <= MAX_HEAD * scale.letter && rule.ends().into_iter().any(|end| is_around(part, end, beyond))
}

/// Whether the place lies in the part's box or at most `reach` outside of it.
fn is_around(part: &Component, (x, y): (f32, f32), reach: f32) -> bool {
    (part.left as f32 - reach..part.right as f32 + reach).contains(&x)
        && (part.top as f32 - reach..part.bottom as f32 + reach).contains(&y)
}

/// Whether rules run both ways, one of them far: writing that hangs together over lines may hold a straight stroke, but
/// hardly such as a frame's.
fn is_frame_like(rules: &[Rule], scale: WritingScale) -> bool {
    rules.iter().any(Rule::is_upright)
        && rules.iter().any(|rule| !rule.is_upright() && rule.len() > MIN_DRAWN * scale.letter)
}

/// Takes out the shorter lines of a drawing that go on from the ends of its rules, from corner to corner.
fn follow_corners(rules: &mut Vec<Rule>, bitmap: &mut Bitmap, scale: WritingScale) {
    let min_len = MIN_SIDE_OF_DRAWING;
    loop {
        let sides = take_out(bitmap, min_len, scale, |chain| is_side(chain, rules, min_len, REACH_OF_DRAWING, scale));
        if sides.is_empty() {
            return;
        }
        rules.extend(sides);
    }
}

/// Whether a row crosses as many strokes as it does in a word, and not as in a bent or pointed line.
fn looks_written(part: &Component) -> bool {
    part.runs.len() as f32 >= MIN_CROSSINGS * part.height()
}

/// Whether the part is a long stroke across, a little bent or with something at it: most of its columns hold no more ink.
fn is_connector(part: &Component, scale: WritingScale) -> bool {
    let mut columns = vec![0u32; (part.right - part.left) as usize];
    for run in &part.runs {
        columns[(run.start - part.left) as usize..(run.end - part.left) as usize].iter_mut().for_each(|ink| *ink += 1);
    }
    let n_thin = columns.iter().filter(|&&ink| ink as f32 <= MAX_CONNECTOR_STROKE * scale.stroke).count();
    part.width() >= MIN_CONNECTOR * scale.letter
        && n_thin as f32 >= MIN_THIN_PART * columns.len() as f32
        && part.runs.len() as f32 <= MAX_CONNECTOR_CROSSINGS * part.height()
}

/// Whether a piece that a rule was taken out of is only more of that rule, or the head of an arrow at its end.
fn is_left_over(part: &Component, rule: Rule, scale: WritingScale) -> bool {
    let on_rule = |run: &&Run| {
        let (width, beyond) = (2.0 * scale.stroke, 0.7 * scale.letter);
        (run.len() as f32) < 3.0 * scale.stroke.max(0.3 * rule.len())
            && rule.passes((run.middle(), run.y as f32), width, beyond)
    };
    let ink_on_rule: u32 = part.runs.iter().filter(on_rule).map(|run| run.len()).sum();
    let is_head = part.width().max(part.height()) <= MAX_HEAD * scale.letter
        && rule.ends().into_iter().any(|end| is_around(part, end, 1.5 * scale.stroke));
    is_head || ink_on_rule as f32 >= MIN_LEFT_OVER * part.area as f32
}

/// Erases the straight chains of at least `min_len` letter heights that `is_rule`, first across, then upright, and
/// returns where they were in the bitmap.
fn take_out(bitmap: &mut Bitmap, min_len: f32, scale: WritingScale, is_rule: impl Fn(&Chain) -> bool) -> Vec<Rule> {
    let mut rules = Vec::new();
    for transposed in [false, true] {
        let chains = find_chains(bitmap, transposed, scale);
        for chain in chains.iter().flat_map(|chain| chain.straight_parts(min_len, scale)).filter(&is_rule) {
            rules.push(Rule::of(&chain));
            chain.erase(bitmap);
        }
    }
    rules
}

fn is_long_rule(chain: &Chain, min_upright: f32, scale: WritingScale) -> bool {
    let min_len = if chain.transposed { min_upright } else { MIN_RULE };
    chain.is_thin() && chain.len() as f32 >= min_len * scale.letter
}

/// Whether a shorter chain goes on where a rule ends, as a frame's side does.
fn is_side(chain: &Chain, rules: &[Rule], min_len: f32, reach: f32, scale: WritingScale) -> bool {
    let reach = reach * (5.0 * scale.stroke + scale.letter);
    let meets = |a: (f32, f32), b: (f32, f32)| (a.0 - b.0).hypot(a.1 - b.1) <= reach;
    let own = chain.ends();
    chain.is_thin()
        && chain.len() as f32 >= min_len * scale.letter
        && rules.iter().flat_map(|rule| rule.ends()).any(|end| own.iter().any(|&own| meets(own, end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::raster::components::components;
    use image::{GrayImage, Luma};

    #[test]
    fn an_arrow_from_a_frame_goes_with_its_head() {
        let mut ink = GrayImage::new(240, 240);
        let mut draw = |x0: u32, y0: u32, x1: u32, y1: u32| {
            for (x, y) in (y0..y1).flat_map(|y| (x0..x1).map(move |x| (x, y))) {
                ink.put_pixel(x, y, Luma([255]));
            }
        };
        draw(10, 10, 210, 13);
        draw(100, 10, 103, 202);
        for step in 0..12 {
            draw(100 - step, 200 - step, 103 - step, 201 - step);
            draw(100 + step, 200 - step, 103 + step, 201 - step);
        }
        let found = remove_rules(components(&ink), WritingScale { letter: 20.0, stroke: 3.0 });
        assert_eq!((found.kept.len(), found.rules.len()), (0, 2));
    }

    #[test]
    fn a_frame_goes_and_what_crosses_it_stays() {
        let mut ink = GrayImage::new(220, 120);
        let mut draw = |x0: u32, y0: u32, x1: u32, y1: u32| {
            for (x, y) in (y0..y1).flat_map(|y| (x0..x1).map(move |x| (x, y))) {
                ink.put_pixel(x, y, Luma([255]));
            }
        };
        for (x0, y0, x1, y1) in [(10, 10, 210, 13), (10, 100, 210, 103), (10, 10, 13, 103), (207, 10, 210, 103)] {
            draw(x0, y0, x1, y1);
        }
        // A word through the lower edge, and a corner of another line.
        (0..4).for_each(|letter| draw(100 + 8 * letter, 85, 103 + 8 * letter, 115));
        draw(100, 85, 127, 88);
        draw(150, 95, 153, 103);
        let scale = WritingScale { letter: 20.0, stroke: 3.0 };
        let WithoutRules { kept, rules, .. } = remove_rules(components(&ink), scale);
        assert_eq!(rules.len(), 4);
        assert_eq!(rules.iter().filter(|rule| rule.is_upright()).count(), 2);
        let left: u32 = kept.iter().map(|c| c.area).sum();
        assert!((300..420).contains(&left), "{left} pixels are left");
    }
}
