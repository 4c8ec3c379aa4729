//! Long thin strokes, followed through a component's ink as chains of short runs across them.
//!
//! Crossing strokes may interrupt a chain for as long as they are wide; letters on a line do not form one, because most of
//! their runs are long.

use crate::imaging::raster::{
    components::{Component, Run},
    writing_scale::WritingScale,
};

/// The part of its length over which a rule or connector must really be thin.
pub(super) const MIN_THIN_PART: f32 = 0.7;
/// How far a rule may stray from straight, as a part of its length.
const MAX_BEND: f32 = 0.04;

/// One component's ink.
pub(super) struct Bitmap {
    left: u32,
    top: u32,
    width: usize,
    height: usize,
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

    /// `along` the direction followed, `across` it.
    fn size(&self, transposed: bool) -> (usize, usize) {
        if transposed { (self.height, self.width) } else { (self.width, self.height) }
    }

    fn index(&self, along: usize, across: usize, transposed: bool) -> usize {
        if transposed { along * self.width + across } else { across * self.width + along }
    }

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
}

/// Slices that follow each other, in working pixels of the bitmap.
pub(super) struct Chain {
    slices: Vec<Slice>,
    /// Whether it was followed downwards.
    pub(super) transposed: bool,
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

    pub(super) fn len(&self) -> usize {
        self.last().along - self.slices[0].along + 1
    }

    /// The chain cut where it strays most from straight, until every part is straight or short.
    pub(super) fn straight_parts(&self, min_len: f32, scale: WritingScale) -> Vec<Chain> {
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

    pub(super) fn is_thin(&self) -> bool {
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

    /// Where the chain begins and ends in the bitmap.
    pub(super) fn ends(&self) -> [(f32, f32); 2] {
        let place = |slice: Slice| {
            let (along, across) = (slice.along as f32, slice.middle());
            if self.transposed { (across, along) } else { (along, across) }
        };
        [place(self.slices[0]), place(self.last())]
    }

    pub(super) fn erase(&self, bitmap: &mut Bitmap) {
        for slice in &self.slices {
            for across in slice.start..slice.end {
                let i = bitmap.index(slice.along, across, self.transposed);
                bitmap.ink[i] = false;
            }
        }
    }
}

/// All chains of thin slices.
pub(super) fn find_chains(bitmap: &Bitmap, transposed: bool, scale: WritingScale) -> Vec<Chain> {
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
