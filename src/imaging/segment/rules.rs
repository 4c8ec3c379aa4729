//! Ruled lines, frames and arrows: long, straight, thin strokes, taken out of the ink so that writing on or in them
//! is left.
//!
//! A stroke is followed column by column (or row by row) as a chain of short runs across it. Crossing strokes may
//! interrupt it for as long as they are wide; letters on a line do not form one, because most of their runs are long.

use super::scale::WritingScale;
use crate::imaging::components::{Component, Run, connect};

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
const MAX_LETTER: f32 = 1.8;
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
/// The part of its length over which a rule or connector must really be thin.
const MIN_THIN_PART: f32 = 0.7;
/// How far a rule may stray from straight, as a part of its length.
const MAX_BEND: f32 = 0.04;

/// A removed stroke, in working pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) from: (f32, f32),
    pub(super) to: (f32, f32),
}

impl Rule {
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
        let own = take_out(&mut bitmap, MIN_SIDE, scale, |chain| chain.is_long_rule(min_upright, scale));
        if own.is_empty() {
            kept.push(component);
            continue;
        }
        let mut own = own;
        own.extend(take_out(&mut bitmap, MIN_SIDE, scale, |chain| chain.is_side(&own, MIN_SIDE, REACH, scale)));
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
        let sides = take_out(bitmap, min_len, scale, |chain| chain.is_side(rules, min_len, REACH_OF_DRAWING, scale));
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
            rules.push(chain.rule());
            chain.erase(bitmap);
        }
    }
    rules
}

/// One component's ink.
struct Bitmap {
    left: u32,
    top: u32,
    width: usize,
    height: usize,
    ink: Vec<bool>,
}

impl Bitmap {
    fn of(component: &Component) -> Self {
        let (width, height) = (component.width() as usize, component.height() as usize);
        let mut ink = vec![false; width * height];
        for run in &component.runs {
            let row = (run.y - component.top) as usize * width;
            ink[row + (run.start - component.left) as usize..row + (run.end - component.left) as usize].fill(true);
        }
        Self { left: component.left, top: component.top, width, height, ink }
    }

    /// `along` the direction followed, `across` it.
    fn size(&self, transposed: bool) -> (usize, usize) {
        if transposed { (self.height, self.width) } else { (self.width, self.height) }
    }

    fn index(&self, along: usize, across: usize, transposed: bool) -> usize {
        if transposed { along * self.width + across } else { across * self.width + along }
    }

    fn runs(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        for (y, row) in self.ink.chunks_exact(self.width).enumerate() {
            let mut x = 0;
            while let Some(start) = row[x..].iter().position(|&ink| ink).map(|offset| x + offset) {
                let end = row[start..].iter().position(|&ink| !ink).map_or(row.len(), |offset| start + offset);
                runs.push(Run { y: self.top + y as u32, start: self.left + start as u32, end: self.left + end as u32 });
                x = end;
            }
        }
        runs
    }
}

/// Ink from `start` to `end` across the direction followed, at `along`.
#[derive(Clone, Copy)]
struct Slice {
    along: usize,
    start: usize,
    end: usize,
}

impl Slice {
    fn middle(self) -> f32 {
        (self.start + self.end) as f32 / 2.0
    }
}

struct Chain {
    slices: Vec<Slice>,
    transposed: bool,
}

impl Chain {
    fn last(&self) -> Slice {
        self.slices[self.slices.len() - 1]
    }

    /// Where the chain would be at `along`, from its last few slices.
    fn predicted(&self, along: usize) -> f32 {
        let last = self.last();
        let earlier = self.slices[self.slices.len().saturating_sub(12)];
        let run = last.along - earlier.along;
        let slope = if run < 4 { 0.0 } else { (last.middle() - earlier.middle()) / run as f32 };
        last.middle() + slope * (along - last.along) as f32
    }

    fn len(&self) -> usize {
        self.last().along - self.slices[0].along + 1
    }

    /// The chain cut where it strays most from straight, until every part is straight or short.
    fn straight_parts(&self, min_len: f32, scale: WritingScale) -> Vec<Chain> {
        let mut parts = Vec::new();
        let mut open = vec![self.slices.clone()];
        while let Some(slices) = open.pop() {
            let chain = Chain { slices, transposed: self.transposed };
            if (chain.len() as f32) < min_len * scale.letter || chain.slices.len() < 3 {
                continue;
            }
            let (slope, offset) = chain.fitted_line();
            let bend = |slice: &Slice| (slice.middle() - offset - slope * slice.along as f32).abs();
            let worst =
                (0..chain.slices.len()).max_by(|&a, &b| bend(&chain.slices[a]).total_cmp(&bend(&chain.slices[b])));
            let max_bend = (MAX_BEND * chain.len() as f32).max(0.7 * scale.stroke).max(1.5);
            match worst.filter(|&worst| bend(&chain.slices[worst]) > max_bend) {
                Some(worst) => {
                    // The worst slice may be an end: each part must get shorter.
                    let cut = worst.clamp(1, chain.slices.len() - 1);
                    open.push(chain.slices[..cut].to_vec());
                    open.push(chain.slices[cut..].to_vec());
                }
                None if slope.abs() <= 1.1 => parts.push(chain.without_thick_slices()),
                None => {}
            }
        }
        parts
    }

    /// The chain without what crosses or touches it.
    fn without_thick_slices(&self) -> Chain {
        let mut thicknesses: Vec<usize> = self.slices.iter().map(|slice| slice.end - slice.start).collect();
        thicknesses.sort_unstable();
        let usual = thicknesses[thicknesses.len() / 2];
        let is_usual = |slice: &&Slice| slice.end - slice.start <= usual + usual.div_ceil(2);
        Chain { slices: self.slices.iter().filter(is_usual).copied().collect(), transposed: self.transposed }
    }

    fn is_long_rule(&self, min_upright: f32, scale: WritingScale) -> bool {
        let min_len = if self.transposed { min_upright } else { MIN_RULE };
        self.is_thin() && self.len() as f32 >= min_len * scale.letter
    }

    /// Whether a shorter chain goes on where a rule ends, as a frame's side does.
    fn is_side(&self, rules: &[Rule], min_len: f32, reach: f32, scale: WritingScale) -> bool {
        let reach = reach * (5.0 * scale.stroke + scale.letter);
        let meets = |a: (f32, f32), b: (f32, f32)| (a.0 - b.0).hypot(a.1 - b.1) <= reach;
        let own = self.rule().ends();
        self.is_thin()
            && self.len() as f32 >= min_len * scale.letter
            && rules.iter().flat_map(|rule| rule.ends()).any(|end| own.iter().any(|&own| meets(own, end)))
    }

    fn is_thin(&self) -> bool {
        self.slices.len() as f32 >= MIN_THIN_PART * self.len() as f32
    }

    /// Least squares through the slices' middles: slope and offset.
    fn fitted_line(&self) -> (f32, f32) {
        let n = self.slices.len() as f32;
        let mean_along = self.slices.iter().map(|s| s.along as f32).sum::<f32>() / n;
        let mean_middle = self.slices.iter().map(|s| s.middle()).sum::<f32>() / n;
        let (mut products, mut squares) = (0.0, 0.0);
        for slice in &self.slices {
            let along = slice.along as f32 - mean_along;
            products += along * (slice.middle() - mean_middle);
            squares += along * along;
        }
        let slope = if squares > 0.0 { products / squares } else { 0.0 };
        (slope, mean_middle - slope * mean_along)
    }

    /// Where the chain is in the bitmap.
    fn rule(&self) -> Rule {
        let place = |slice: Slice| {
            let (along, across) = (slice.along as f32, slice.middle());
            if self.transposed { (across, along) } else { (along, across) }
        };
        Rule { from: place(self.slices[0]), to: place(self.last()) }
    }

    fn erase(&self, bitmap: &mut Bitmap) {
        for slice in &self.slices {
            for across in slice.start..slice.end {
                let i = bitmap.index(slice.along, across, self.transposed);
                bitmap.ink[i] = false;
            }
        }
    }
}

/// All chains of thin slices.
fn find_chains(bitmap: &Bitmap, transposed: bool, scale: WritingScale) -> Vec<Chain> {
    let max_thickness = (2.2 * scale.stroke + 1.0).ceil() as usize;
    let max_gap = (3.0 * scale.stroke + 2.0).ceil() as usize;
    let max_jump = scale.stroke.max(1.5);
    let (len, _) = bitmap.size(transposed);
    let mut done = Vec::new();
    let mut active: Vec<Chain> = Vec::new();
    for along in 0..len {
        let mut slices = thin_slices(bitmap, along, transposed, max_thickness);
        for chain in &mut active {
            let predicted = chain.predicted(along);
            let nearest = slices
                .iter()
                .enumerate()
                .map(|(i, slice)| (i, (slice.middle() - predicted).abs()))
                .min_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((i, distance)) = nearest
                && distance <= max_jump
            {
                chain.slices.push(slices.swap_remove(i));
            }
        }
        let (alive, ended): (Vec<Chain>, Vec<Chain>) =
            active.into_iter().partition(|chain| along - chain.last().along <= max_gap);
        done.extend(ended);
        active = alive;
        active.extend(slices.into_iter().map(|slice| Chain { slices: vec![slice], transposed }));
    }
    done.extend(active);
    done
}

fn thin_slices(bitmap: &Bitmap, along: usize, transposed: bool, max_thickness: usize) -> Vec<Slice> {
    let (_, depth) = bitmap.size(transposed);
    let mut slices = Vec::new();
    let mut start = None;
    for across in 0..=depth {
        let is_ink = across < depth && bitmap.ink[bitmap.index(along, across, transposed)];
        match (start, is_ink) {
            (None, true) => start = Some(across),
            (Some(first), false) => {
                if across - first <= max_thickness {
                    slices.push(Slice { along, start: first, end: across });
                }
                start = None;
            }
            _ => {}
        }
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::components::components;
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
