//! Highlighter pens: stripes of colour that ink shows through are found on a page, and their colour taken out of it. Red ink
//! is as bright as such a stripe in one channel: nothing is told from it, and stripes over red ink alone stay.

use std::collections::HashMap;

use image::{GrayImage, Luma, Rgb, RgbImage};
use imageproc::{
    definitions::Image,
    region_labelling::{Connectivity, connected_components},
};

use super::{illumination::WhiteMap, sheet_region::PaperRegion};
use crate::imaging::raster::histogram::Histogram;

/// Stripes are looked for by blocks of so many pixels of the measuring image each way, which no stroke of coloured ink fills.
const BLOCK: u32 = 12;
/// The quantile of each channel that is taken for the paper's colour.
const PAPER_QUANTILE: f32 = 0.7;
/// Marked paper has at most this part of its brightest channel in its darkest one, beside the paper's own.
const MAX_NEUTRALITY: f32 = 0.75;
/// Where paper is 255, what is at least so bright is paper, marked or not; what is darker is ink.
const BRIGHT: u8 = 170;
/// Paper of 1 in the picture that this is measured in, which may hold brighter places.
const PAPER_LEVEL: f32 = 200.0;
/// A block is marked where this part of it is bright, and this part of that has colour.
const MIN_BRIGHT: f32 = 0.4;
const MIN_COLOURED: f32 = 0.8;
/// A stripe has at least so many blocks, no more than this part of the page's, and at least this part of its pixels are ink.
const MIN_BLOCKS: usize = 10;
const MAX_PART: f32 = 0.5;
const MIN_INK: f32 = 0.01;

/// The stripes of a page.
pub(super) struct Highlights {
    /// The number of the stripe that covers each block or comes up to it, from 1; 0 where none does.
    stripe_of_block: Image<Luma<u32>>,
    /// What is left of each channel's light in a stripe, of 1.
    light: HashMap<u32, [f32; 3]>,
}

/// What is seen of a block or a stripe.
#[derive(Default)]
struct Patch {
    n_blocks: usize,
    n_pixels: usize,
    n_bright: usize,
    n_ink: usize,
    /// Each channel's part of the brightest one, and how bright that is, of 255, where there is colour.
    colours: Vec<[u8; 4]>,
}

impl Highlights {
    /// Finds the stripes on `photo`, the page at measuring size; `None` where there are none.
    pub(crate) fn find(photo: &RgbImage, region: Option<&PaperRegion>) -> Option<Self> {
        let colours = Colours::of(photo, region);
        let (columns, rows) = (photo.width().div_ceil(BLOCK), photo.height().div_ceil(BLOCK));
        let patches: Vec<Patch> = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (column, row)))
            .map(|place| colours.block(place))
            .collect();
        let patch = |x: u32, y: u32| &patches[(y * columns + x) as usize];
        let marked = GrayImage::from_fn(columns, rows, |x, y| Luma([if patch(x, y).is_marked() { 255 } else { 0 }]));
        let labels = connected_components(&marked, Connectivity::Four, Luma([0]));
        let mut stripes: HashMap<u32, Patch> = HashMap::new();
        for (x, y, &Luma([label])) in labels.enumerate_pixels().filter(|(_, _, label)| label.0[0] > 0) {
            stripes.entry(label).or_default().add(patch(x, y));
        }
        stripes.retain(|_, stripe| stripe.is_stripe(patches.len()));
        let light: HashMap<u32, [f32; 3]> = stripes.iter().map(|(&label, stripe)| (label, stripe.light())).collect();
        let stripe_of_block = with_edges(&labels, |label| light.contains_key(&label));
        (!light.is_empty()).then_some(Self { stripe_of_block, light })
    }

    /// The page without the stripes; it is `factor` times as large each way as the one that they were found on.
    pub(super) fn taken_out(&self, page: &RgbImage, factor: u32) -> RgbImage {
        let block = BLOCK * factor;
        RgbImage::from_fn(page.width(), page.height(), |x, y| {
            let Rgb(pixel) = *page.get_pixel(x, y);
            let light = self.light.get(&self.stripe_of_block.get_pixel(x / block, y / block).0[0]);
            Rgb(light.map_or(pixel, |light| [0, 1, 2].map(|c| (f32::from(pixel[c]) / light[c]).min(255.0) as u8)))
        })
    }
}

/// The stripe of every block: its own, or else one that a block beside it has, because a stripe's edge runs through the blocks
/// around those that it fills; 0 where there is none.
fn with_edges(labels: &Image<Luma<u32>>, is_stripe: impl Fn(u32) -> bool) -> Image<Luma<u32>> {
    let (columns, rows) = labels.dimensions();
    let stripe_at = |x: u32, y: u32| Some(labels.get_pixel(x, y).0[0]).filter(|&label| is_stripe(label));
    Image::from_fn(columns, rows, |x, y| {
        let mut around = (y.saturating_sub(1)..(y + 2).min(rows))
            .flat_map(|y| (x.saturating_sub(1)..(x + 2).min(columns)).map(move |x| (x, y)));
        Luma([stripe_at(x, y).or_else(|| around.find_map(|(x, y)| stripe_at(x, y))).unwrap_or(0)])
    })
}

impl Patch {
    fn add(&mut self, block: &Self) {
        self.n_blocks += block.n_blocks;
        self.n_pixels += block.n_pixels;
        self.n_bright += block.n_bright;
        self.n_ink += block.n_ink;
        self.colours.extend(&block.colours);
    }

    /// Whether a block is paper with a marker's colour.
    fn is_marked(&self) -> bool {
        self.n_bright as f32 >= MIN_BRIGHT * self.n_pixels as f32
            && self.colours.len() as f32 >= MIN_COLOURED * self.n_bright as f32
            && self.n_pixels > 0
    }

    /// Whether marked blocks together are a stripe with writing in it, on a page of so many blocks. Where most of a
    /// page has a colour, it is paper of that colour.
    fn is_stripe(&self, n_blocks: usize) -> bool {
        self.n_blocks >= MIN_BLOCKS
            && self.n_blocks as f32 <= MAX_PART * n_blocks as f32
            && self.n_ink as f32 >= MIN_INK * self.n_pixels as f32
    }

    /// What a marker leaves of each channel's light: medians.
    fn light(&self) -> [f32; 3] {
        let median = |part: usize| {
            f32::from(Histogram::of(self.colours.iter().map(|colour| &colour[part])).quantile(0.5)).max(1.0) / 255.0
        };
        [0, 1, 2].map(|channel| median(channel) * median(3))
    }
}

/// A page's colours beside its paper's.
struct Colours<'a> {
    photo: &'a RgbImage,
    region: Option<&'a PaperRegion>,
    paper: [f32; 3],
    /// How bright the brightest channel is, of 255 for paper.
    value: GrayImage,
}

impl<'a> Colours<'a> {
    fn of(photo: &'a RgbImage, region: Option<&'a PaperRegion>) -> Self {
        let mut colours = Self { photo, region, paper: [255.0; 3], value: GrayImage::new(0, 0) };
        colours.paper = [0, 1, 2].map(|channel| {
            let pixels = photo.enumerate_pixels().filter(|(x, y, _)| colours.is_paper(*x, *y));
            f32::from(Histogram::of(pixels.map(|(_, _, pixel)| &pixel.0[channel])).quantile(PAPER_QUANTILE)).max(1.0)
        });
        let brightest = |x: u32, y: u32| colours.balanced(x, y).into_iter().fold(0.0, f32::max);
        let mut value = GrayImage::from_fn(photo.width(), photo.height(), |x, y| {
            Luma([(brightest(x, y) * PAPER_LEVEL).min(255.0) as u8])
        });
        WhiteMap::measure(&value, region).divide_out(&mut value);
        Self { value, ..colours }
    }

    /// Whether the place is on the sheet, where one was found.
    fn is_paper(&self, x: u32, y: u32) -> bool {
        let (width, height) = (self.photo.width() as f32, self.photo.height() as f32);
        self.region.is_none_or(|region| region.contains(x as f32 / width, y as f32 / height))
    }

    /// The channels of a pixel, 1 each where it has the paper's colour in full light.
    fn balanced(&self, x: u32, y: u32) -> [f32; 3] {
        let Rgb(pixel) = self.photo.get_pixel(x, y);
        [0, 1, 2].map(|channel| f32::from(pixel[channel]) / self.paper[channel])
    }

    fn block(&self, (column, row): (u32, u32)) -> Patch {
        let mut patch = Patch { n_blocks: 1, ..Patch::default() };
        let (right, bottom) =
            (((column + 1) * BLOCK).min(self.photo.width()), ((row + 1) * BLOCK).min(self.photo.height()));
        for (x, y) in (row * BLOCK..bottom).flat_map(|y| (column * BLOCK..right).map(move |x| (x, y))) {
            patch.n_pixels += 1;
            if !self.is_paper(x, y) {
                continue;
            }
            let value = self.value.get_pixel(x, y).0[0];
            if value < BRIGHT {
                patch.n_ink += 1;
                continue;
            }
            patch.n_bright += 1;
            let channels = self.balanced(x, y);
            let [low, high] = [channels.into_iter().fold(f32::MAX, f32::min), channels.into_iter().fold(0.0, f32::max)];
            if low <= MAX_NEUTRALITY * high {
                let [r, g, b] = channels.map(|channel| (255.0 * channel / high) as u8);
                patch.colours.push([r, g, b, value]);
            }
        }
        patch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::page_image::legible_gray;

    const PAPER: [u8; 3] = [240, 236, 228];
    const MARKERS: [[u8; 3]; 5] = [[255, 250, 60], [255, 120, 190], [150, 255, 90], [110, 220, 255], [255, 170, 60]];

    fn times(a: [u8; 3], b: [u8; 3]) -> [u8; 3] {
        [0, 1, 2].map(|c| (u16::from(a[c]) * u16::from(b[c]) / 255) as u8)
    }

    /// Six lines of upright strokes in `ink`; `marker` lies over the middle of the third.
    fn page(ink: [u8; 3], marker: [u8; 3]) -> RgbImage {
        RgbImage::from_fn(600, 480, |x, y| {
            let is_ink = (40..560).contains(&x) && x % 9 < 2 && y % 80 > 30 && y % 80 < 60;
            let colour = if is_ink { ink } else { PAPER };
            Rgb(if (200..400).contains(&x) && (182..230).contains(&y) { times(colour, marker) } else { colour })
        })
    }

    #[test]
    fn marked_paper_becomes_paper_and_ink_on_it_stays_ink() {
        for (ink, marker) in
            [[20, 20, 25], [40, 60, 150], [20, 90, 40]].into_iter().flat_map(|ink| MARKERS.map(|m| (ink, m)))
        {
            let marked = page(ink, marker);
            let cleaned = Highlights::find(&marked, None).expect("a stripe").taken_out(&marked, 1);
            let [cleaned, unmarked] = [&cleaned, &page(ink, [255; 3])].map(legible_gray);
            let pairs = cleaned.enumerate_pixels().zip(unmarked.pixels());
            for ((x, y, after), before) in pairs {
                // Ink beside the stripe, in its blocks, gets brighter as the stripe does.
                let most = if before.0[0] < 150 { 60 } else { 20 };
                let is_alike = after.0[0].abs_diff(before.0[0]) < most;
                assert!(is_alike, "{before:?} under {marker:?} becomes {after:?} at {x}, {y}");
            }
        }
    }

    #[test]
    fn what_is_no_marked_writing_stays() {
        let plain = page([20, 20, 25], [255; 3]);
        // A stroke of a red marker, a strip of another paper without writing, and a page of that paper.
        let mut strokes = plain.clone();
        let mut notes = plain.clone();
        for y in 0..480 {
            (0..9).for_each(|x| strokes.put_pixel(100 + x, y, Rgb([230, 40, 40])));
            (561..600).for_each(|x| notes.put_pixel(x, y, Rgb([250, 240, 120])));
        }
        let yellow = RgbImage::from_fn(600, 480, |x, y| Rgb(times(plain.get_pixel(x, y).0, [255, 240, 150])));
        for page in [plain, strokes, notes, yellow, RgbImage::new(3, 3), RgbImage::new(0, 0)] {
            assert!(Highlights::find(&page, None).is_none());
        }
    }
}
