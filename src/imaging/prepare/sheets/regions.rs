//! Regions of one colour in a photo, parted by edges, and what lies along their borders.

use image::{GrayImage, RgbImage};
use imageproc::region_labelling::Connectivity;

use super::tuning::SheetsTuning;
use crate::{
    imaging::raster::{
        block_map::{fill_holes, mask_where, near},
        histogram::Histogram,
        labels::component_labels,
    },
    numerics::median::median,
};

/// Added to grey levels before their ratios are taken: noise in the dark is no edge. No measurement recorded.
const DARK_LEVEL: f32 = 16.0;
/// How far from its border a region's surroundings are looked at, in blocks. No measurement recorded.
const OUTWARDS: i64 = 3;
/// How far inside its border a region is looked at, in blocks. No measurement recorded.
const INWARDS: i64 = 2;
/// Layers of blocks beside an edge that a region is grown by. No measurement recorded.
const N_LAYERS: usize = 2;

/// The channels of a block's paper, as logarithms.
type Colour = [f32; 3];

/// The blocks of a photo, and the regions that edges part.
pub(super) struct Regions {
    /// Columns and rows.
    pub(super) size: (u32, u32),
    /// By row, then from left to right.
    colours: Vec<Colour>,
    /// Number of its region, from 1, for each block through which no edge runs.
    labels: Vec<u32>,
    min_alike: f32,
}

/// What lies along a sheet's border, in blocks.
#[derive(Default)]
pub(super) struct Border {
    /// All of it.
    n: usize,
    /// At the photo's own border.
    n_at_photo: usize,
    /// Beside what is darker in some channel.
    n_dark: usize,
    /// Beside another sheet.
    n_at_sheet: usize,
}

impl Border {
    /// Whether enough of it lies inside the photo: a table reaches to all sides.
    pub(super) fn is_inside(&self, tuning: &SheetsTuning) -> bool {
        (self.n - self.n_at_photo) as f32 >= tuning.min_inner_border_fraction * self.n as f32
    }

    /// Whether this is the border of a sheet that lies on something darker.
    pub(super) fn is_of_sheet(&self, tuning: &SheetsTuning) -> bool {
        let inner = self.n - self.n_at_photo;
        let facing_ground = inner - self.n_at_sheet;
        self.is_inside(tuning)
            && self.n_dark as f32 >= tuning.min_dark_border_fraction * facing_ground as f32
            && 4 * self.n_dark >= inner
            && inner > 0
    }
}

impl Regions {
    /// Divides a photo into blocks of `block` × `block` pixels.
    pub(super) fn find(photo: &RgbImage, block: u32, tuning: &SheetsTuning) -> Self {
        let size = (photo.width().div_ceil(block), photo.height().div_ceil(block));
        let places = || (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y)));
        let colours: Vec<Colour> = places().map(|at| colour_of(photo, at, block, tuning.paper_quantile)).collect();
        let max_step = -tuning.max_edge_ratio.ln();
        let at = |(x, y): (u32, u32)| colours[(y * size.0 + x) as usize];
        let steps_little = |x: u32, y: u32, measure: &dyn Fn(Colour) -> f32| {
            let measured = || near((x, y), 1, size).map(|place| measure(at(place)));
            measured().fold(f32::MIN, f32::max) - measured().fold(f32::MAX, f32::min) <= max_step
        };
        // Beside the channels their ratios, which differ between papers and ground where the light does not.
        let is_even = |x: u32, y: u32| {
            (0..3).all(|channel| {
                steps_little(x, y, &|colour| colour[channel])
                    && steps_little(x, y, &|colour| colour[channel] - colour[(channel + 1) % 3])
            })
        };
        let labels = component_labels(&mask_where(size, is_even), Connectivity::Four, 0).into_raw();
        Self { size, colours, labels, min_alike: -tuning.min_alike_ratio.ln() }
    }

    fn colour(&self, x: u32, y: u32) -> Colour {
        self.colours[(y * self.size.0 + x) as usize]
    }

    /// The mean of a block's channels, in grey levels.
    pub(super) fn brightness(&self, x: u32, y: u32) -> f32 {
        self.colour(x, y).iter().map(|level| level.exp() - DARK_LEVEL).sum::<f32>() / 3.0
    }

    /// Whether a block and all around it are set in a mask.
    pub(super) fn is_inside(&self, mask: &GrayImage, x: u32, y: u32) -> bool {
        near((x, y), 1, self.size).all(|(x, y)| mask.get_pixel(x, y).0[0] > 0)
    }

    /// The regions of at least `smallest` blocks, without holes.
    pub(super) fn masks(&self, smallest: usize) -> Vec<GrayImage> {
        let n_labels = self.labels.iter().max().map_or(0, |&label| label as usize + 1);
        let mut sizes = vec![0_usize; n_labels];
        self.labels.iter().for_each(|&label| sizes[label as usize] += 1);
        let large = (1..n_labels as u32).filter(|&label| sizes[label as usize] >= smallest);
        large
            .map(|label| {
                let is_region = |x: u32, y: u32| self.labels[(y * self.size.0 + x) as usize] == label;
                fill_holes(&mask_where(self.size, is_region))
            })
            .collect()
    }

    /// A region grown up to the edges around it.
    pub(super) fn up_to_edges(&self, mask: GrayImage) -> GrayImage {
        (0..N_LAYERS).fold(mask, |mask, _| self.grown(&mask))
    }

    /// A region with those blocks beside it that no region holds and that are about as bright.
    fn grown(&self, mask: &GrayImage) -> GrayImage {
        let is_on = |x: u32, y: u32| mask.get_pixel(x, y).0[0] > 0;
        let is_alike = |a: Colour, b: Colour| (0..3).all(|channel| (a[channel] - b[channel]).abs() <= self.min_alike);
        mask_where(self.size, |x, y| {
            let is_free = self.labels[(y * self.size.0 + x) as usize] == 0;
            let beside = || near((x, y), 1, self.size).filter(|&(x, y)| is_on(x, y));
            is_on(x, y) || is_free && beside().any(|(bx, by)| is_alike(self.colour(x, y), self.colour(bx, by)))
        })
    }

    /// What lies along the border of a region among these sheets.
    pub(super) fn border(&self, region: &GrayImage, sheets: &[GrayImage], tuning: &SheetsTuning) -> Border {
        let min_step = -tuning.max_surroundings_ratio.ln();
        let mut border = Border::default();
        self.walk(region, |inner, outer| {
            border.n += 1;
            let Some(outer) = outer else {
                border.n_at_photo += 1;
                return;
            };
            let (inside, outside) = (self.colour(inner.0, inner.1), self.colour(outer.0, outer.1));
            if (0..3).any(|channel| inside[channel] - outside[channel] >= min_step) {
                border.n_dark += 1;
            } else if sheets.iter().any(|sheet| sheet.get_pixel(outer.0, outer.1).0[0] > 0) {
                border.n_at_sheet += 1;
            }
        });
        border
    }

    /// Calls `visit` for each side of a block on a mask's border with a block inside and one outside, which is `None`
    /// at the photo's border.
    fn walk(&self, mask: &GrayImage, mut visit: impl FnMut((u32, u32), Option<(u32, u32)>)) {
        let size = (i64::from(self.size.0), i64::from(self.size.1));
        let is_in_photo = |x: i64, y: i64| (0..size.0).contains(&x) && (0..size.1).contains(&y);
        let is_on = |x: i64, y: i64| is_in_photo(x, y) && mask.get_pixel(x as u32, y as u32).0[0] > 0;
        for (x, y) in (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y))).filter(|&(x, y)| is_on(x, y)) {
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)].into_iter().filter(|(dx, dy)| !is_on(x + dx, y + dy)) {
                let inwards = (0..=INWARDS).rev().find(|n| is_on(x - n * dx, y - n * dy)).unwrap_or(0);
                let outwards = (1..=OUTWARDS).rev().find(|n| is_in_photo(x + n * dx, y + n * dy));
                visit(
                    ((x - inwards * dx) as u32, (y - inwards * dy) as u32),
                    outwards.map(|n| ((x + n * dx) as u32, (y + n * dy) as u32)),
                );
            }
        }
    }

    /// Whether most of what lies around the sheets is darker, in some channel, than they usually are.
    pub(super) fn is_ground_dark(&self, sheets: &[GrayImage], tuning: &SheetsTuning) -> bool {
        let is_sheet = |index: &usize| sheets.iter().any(|sheet| sheet.as_raw()[*index] > 0);
        let (on_sheets, ground): (Vec<usize>, Vec<usize>) = (0..self.colours.len()).partition(is_sheet);
        let usual = [0, 1, 2].map(|channel| median(on_sheets.iter().map(|&index| self.colours[index][channel])));
        let max = tuning.max_surroundings_ratio.ln();
        let is_dark = |index: &&usize| (0..3).any(|channel| self.colours[**index][channel] - usual[channel] <= max);
        ground.iter().filter(is_dark).count() as f32 >= tuning.min_dark_ground_fraction * ground.len() as f32
    }

    /// Whether two sheets touch, and the channels change alike from one to the other, as at a shadow's edge.
    pub(super) fn are_parted_by_shadow(&self, a: &GrayImage, b: &GrayImage, tuning: &SheetsTuning) -> bool {
        let max_spread = tuning.max_shadow_colour_ratio.ln();
        let (mut n, mut n_facing, mut n_shadow) = (0_usize, 0_usize, 0_usize);
        self.walk(a, |inner, outer| {
            n += 1;
            let Some(outer) = outer.filter(|&(x, y)| b.get_pixel(x, y).0[0] > 0) else { return };
            n_facing += 1;
            let (inside, outside) = (self.colour(inner.0, inner.1), self.colour(outer.0, outer.1));
            let steps: Vec<f32> = (0..3).map(|channel| inside[channel] - outside[channel]).collect();
            let (least, most) =
                (steps.iter().fold(f32::MAX, |a, &b| a.min(b)), steps.iter().fold(f32::MIN, |a, &b| a.max(b)));
            n_shadow += usize::from(most - least <= max_spread && !self.has_valley(inner, outer));
        });
        10 * n_facing >= n && 2 * n_shadow > n_facing
    }

    /// Whether a block between two in one row or column is darker than both: a gap between sheets.
    fn has_valley(&self, from: (u32, u32), to: (u32, u32)) -> bool {
        let level = |x: u32, y: u32| self.colour(x, y).iter().sum::<f32>() / 3.0;
        let darker = level(from.0, from.1).min(level(to.0, to.1)) - self.min_alike;
        let (xs, ys) = (from.0.min(to.0)..=from.0.max(to.0), from.1.min(to.1)..=from.1.max(to.1));
        ys.flat_map(|y| xs.clone().map(move |x| (x, y))).any(|(x, y)| level(x, y) < darker)
    }
}

/// The logarithm of a block's paper in each channel.
fn colour_of(photo: &RgbImage, (column, row): (u32, u32), block: u32, quantile: f32) -> Colour {
    let (x1, y1) = (((column + 1) * block).min(photo.width()), ((row + 1) * block).min(photo.height()));
    let places = || (row * block..y1).flat_map(|y| (column * block..x1).map(move |x| (x, y)));
    [0, 1, 2].map(|channel| {
        let levels: Vec<u8> = places().map(|(x, y)| photo.get_pixel(x, y).0[channel]).collect();
        (f32::from(Histogram::of(&levels).quantile(quantile)) + DARK_LEVEL).ln()
    })
}
