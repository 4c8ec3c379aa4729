//! Long thin strokes, followed through a component's ink as chains of short runs across them.
//!
//! Crossing strokes may interrupt a chain for as long as they are wide; letters on a line do not form one, because most
//! of their runs are long.

use crate::{
    imaging::{
        raster::{
            components::{Component, Run},
            median::median,
            straight_fit::straight_fit,
            writing_scale::WritingScale,
        },
        tunable::tunable,
    },
    page::Point,
};

tunable! {
    /// Numbers of following thin strokes.
    pub struct ChainTuning {
        /// Thickness of a stroke up to which it is followed, in stroke widths, and a pixel more. Raising it follows
        /// letters.
        /// No measurement recorded (6ee3e87).
        max_thickness_strokes: f32 = 2.2,
        /// Longest interruption of a chain, in stroke widths, and two pixels more.
        /// No measurement recorded (6ee3e87).
        max_gap_strokes: f32 = 3.0,
        /// Distance of a run from where the chain leads, at most, in stroke widths; 1.5 pixels are always accepted.
        /// No measurement recorded (6ee3e87).
        max_jump_strokes: f32 = 1.0,
        /// Fraction of a thin stroke's length that must really be thin. Raising it keeps line art that writing crosses.
        /// No measurement recorded (525c569; named in c8ee86b).
        min_thin_fraction: f32 = 0.7,
        /// Deviation from straight, at most, as a fraction of the stroke's length. Raising it takes bent strokes for
        /// straight.
        /// No measurement recorded (6ee3e87).
        max_bend_fraction: f32 = 0.04,
        /// Deviation from straight that is always accepted, in stroke widths; so are 1.5 pixels.
        /// No measurement recorded (525c569).
        min_bend_strokes: f32 = 0.7,
        /// Steepest straight stroke, as rise to run; steeper ones are followed in the other direction.
        /// No measurement recorded (525c569).
        max_slope_ratio: f32 = 1.1,
    }
}

/// Deviation that the raster alone explains, in pixels. No measurement recorded (6ee3e87).
const RASTER_SLACK: f32 = 1.5;
/// Number of slices that the direction of a chain is taken from. No measurement recorded (6ee3e87).
const TREND_SLICES: usize = 12;
/// Length below which a chain is taken to lead straight on, in pixels. No measurement recorded (6ee3e87).
const MIN_TREND_LENGTH: usize = 4;

/// A component's ink as pixels.
pub(super) struct Bitmap {
    left: u32,
    top: u32,
    width: usize,
    height: usize,
    /// `[row, column]`.
    pub(super) ink: Vec<bool>,
}

impl Bitmap {
    pub(super) fn of(component: &Component) -> Self {
        let (width, height) = (component.width() as usize, component.height() as usize);
        let mut ink = vec![false; width * height];
        for run in &component.runs {
            let row = (run.y - component.top) as usize * width;
            ink[row + (run.start - component.left) as usize..row + (run.end - component.left) as usize].fill(true);
        }
        Self { left: component.left, top: component.top, width, height, ink }
    }

    /// Width and height as `(along, across)` the direction followed.
    fn size(&self, transposed: bool) -> (usize, usize) {
        if transposed { (self.height, self.width) } else { (self.width, self.height) }
    }

    fn index(&self, along: usize, across: usize, transposed: bool) -> usize {
        if transposed { along * self.width + across } else { across * self.width + along }
    }

    /// The ink left, by row, in the pixels of the page that the component comes from.
    pub(super) fn runs(&self) -> Vec<Run> {
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

    fn thickness(self) -> usize {
        self.end - self.start
    }
}

/// Slices that follow one another, in pixels of the bitmap. Never empty.
pub(super) struct Chain {
    slices: Vec<Slice>,
    /// Whether the chain was followed downwards rather than to the right.
    pub(super) transposed: bool,
}

impl Chain {
    fn last(&self) -> Slice {
        self.slices[self.slices.len() - 1]
    }

    /// The chain's continuation at `along`, from its last slices.
    fn predicted(&self, along: usize) -> f32 {
        let last = self.last();
        let earlier = self.slices[self.slices.len().saturating_sub(TREND_SLICES)];
        let run = last.along - earlier.along;
        let slope = if run < MIN_TREND_LENGTH { 0.0 } else { (last.middle() - earlier.middle()) / run as f32 };
        last.middle() + slope * (along - last.along) as f32
    }

    pub(super) fn len(&self) -> usize {
        self.last().along - self.slices[0].along + 1
    }

    /// The chain cut where it deviates most from straight, until every part is straight; parts shorter than
    /// `min_letters` letter heights are dropped.
    pub(super) fn straight_parts(&self, min_letters: f32, scale: WritingScale, tuning: &ChainTuning) -> Vec<Chain> {
        let mut parts = Vec::new();
        let mut open = vec![self.slices.clone()];
        while let Some(slices) = open.pop() {
            let chain = Chain { slices, transposed: self.transposed };
            if (chain.len() as f32) < min_letters * scale.letter || chain.slices.len() < 3 {
                continue;
            }
            let middles = chain.slices.iter().map(|slice| Point::new(slice.along as f32, slice.middle()));
            let fit = straight_fit(middles);
            let offset = fit.mean.y - fit.slope * fit.mean.x;
            let bend = |slice: &Slice| (slice.middle() - offset - fit.slope * slice.along as f32).abs();
            let worst =
                (0..chain.slices.len()).max_by(|&a, &b| bend(&chain.slices[a]).total_cmp(&bend(&chain.slices[b])));
            let min_bend = (tuning.min_bend_strokes * scale.stroke).max(RASTER_SLACK);
            let max_bend = (tuning.max_bend_fraction * chain.len() as f32).max(min_bend);
            match worst.filter(|&worst| bend(&chain.slices[worst]) > max_bend) {
                Some(worst) => {
                    // The worst slice may be an end: each part must get shorter.
                    let cut = worst.clamp(1, chain.slices.len() - 1);
                    open.push(chain.slices[..cut].to_vec());
                    open.push(chain.slices[cut..].to_vec());
                }
                None if fit.slope.abs() <= tuning.max_slope_ratio => parts.push(chain.without_thick_slices()),
                None => {}
            }
        }
        parts
    }

    /// The chain without what crosses or touches it.
    fn without_thick_slices(&self) -> Chain {
        let usual = median(self.slices.iter().map(|slice| slice.thickness() as f32)) as usize;
        let is_usual = |slice: &&Slice| slice.thickness() <= usual + usual.div_ceil(2);
        Chain { slices: self.slices.iter().filter(is_usual).copied().collect(), transposed: self.transposed }
    }

    pub(super) fn is_thin(&self, tuning: &ChainTuning) -> bool {
        self.slices.len() as f32 >= tuning.min_thin_fraction * self.len() as f32
    }

    /// First and last place of the chain, in pixels of the bitmap.
    pub(super) fn ends(&self) -> [Point; 2] {
        let place = |slice: Slice| {
            let (along, across) = (slice.along as f32, slice.middle());
            if self.transposed { Point::new(across, along) } else { Point::new(along, across) }
        };
        [place(self.slices[0]), place(self.last())]
    }

    /// Takes the chain's ink out of the bitmap.
    pub(super) fn erase(&self, bitmap: &mut Bitmap) {
        for slice in &self.slices {
            for across in slice.start..slice.end {
                let i = bitmap.index(slice.along, across, self.transposed);
                bitmap.ink[i] = false;
            }
        }
    }
}

/// All chains of thin slices, followed to the right or, `transposed`, downwards.
pub(super) fn find_chains(bitmap: &Bitmap, transposed: bool, scale: WritingScale, tuning: &ChainTuning) -> Vec<Chain> {
    let max_thickness = (tuning.max_thickness_strokes * scale.stroke + 1.0).ceil() as usize;
    let max_gap = (tuning.max_gap_strokes * scale.stroke + 2.0).ceil() as usize;
    let max_jump = (tuning.max_jump_strokes * scale.stroke).max(RASTER_SLACK);
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
