//! Where the sheet or board is in a photo, so that the table around it does not count.

use image::{GrayImage, Luma, RgbImage};
use imageproc::region_labelling::{Connectivity, connected_components};

use super::region_growing::SheetGrowth;
use crate::{imaging::raster::histogram::Histogram, page::Point};

/// Blocks along the photo's longer side.
const BLOCKS: u32 = 160;
/// The surroundings are darker than this part of the sheet's brightness.
const MAX_SURROUNDINGS: f32 = 0.7;
/// A sheet's edge is a step in brightness; shading that grows slowly is not.
const MAX_STEP: f32 = 0.8;
/// How much more colourful than the sheet its surroundings are, in 255ths of full colour.
pub(super) const MAX_COLOUR_STEP: u8 = 30;
/// Blocks at the sheet's edge darker than this part of those further inside lie in a fold or a shadow.
const MAX_SHADOW: f32 = 0.75;
/// Rings of such blocks that are taken off.
const PEELED: usize = 4;
/// Ink on the sheet's outermost blocks is darker than this.
const MAX_EDGE_INK: u8 = 190;
/// Pixels around such ink that are kept with it.
const INK_MARGIN: u32 = 2;
/// The sheet fills at least this part of the photo.
const MIN_SHEET: f32 = 0.12;

const SHEET: u8 = 255;
/// Blocks that the sheet's edge and its shadow run through.
const EDGE: u8 = 128;

/// The sheet's blocks in a photo that shows more than the sheet.
pub(crate) struct PaperRegion {
    /// [`SHEET`], [`EDGE`] or 0 for the surroundings, one pixel a block.
    blocks: GrayImage,
}

impl PaperRegion {
    /// The region of the sheet in a photo, or of the board in one that shows a dark board; `None` where it fills the
    /// image.
    pub(crate) fn find(photo: &RgbImage, is_dark_board: bool) -> Option<Self> {
        // A pixel's darkest channel tells a lit wooden table from shaded paper.
        let block = photo.width().max(photo.height()).div_ceil(BLOCKS).max(1);
        let whiteness = channel_map(photo, |low, high| if is_dark_board { 255 - high } else { low });
        let levels = close(&block_levels(&whiteness, block, 0.7));
        let split = Histogram::of(levels.as_raw()).otsu();
        if split.dark_mean > MAX_SURROUNDINGS * split.bright_mean || split.dark_part < 0.01 {
            return None;
        }
        let bright = mask(&levels, split.threshold);
        let sheet = fill_holes(&largest_part(&bright)?);
        let neutrality = channel_map(photo, |low, high| (255 * u16::from(low) / u16::from(high).max(1)) as u8);
        let neutrality = close(&block_levels(&neutrality, block, 0.5));
        let sheet = without_other_colours(&sheet, &neutrality).unwrap_or(sheet);
        let growth = SheetGrowth::new(&levels, &neutrality, &sheet);
        let is_sheet = |sheet: &GrayImage| {
            let part = count(sheet) as f32 / sheet.len() as f32;
            (MIN_SHEET..0.99).contains(&part) && edge_step(&levels, sheet) <= MAX_STEP
        };
        let sheet = Some(growth.grown_over_shadows(sheet.clone()))
            .filter(is_sheet)
            .or_else(|| Some(growth.grown_over_even_light(sheet)).filter(is_sheet))?;
        let light = block_levels(&whiteness, block, 0.5);
        let sheet = (0..PEELED).fold(sheet, |sheet, _| without_shadowed_edge(&sheet, &light));
        Some(Self { blocks: with_edge_marked(&sheet) })
    }

    /// Whether the place at these fractions of width and height is on the sheet.
    pub(crate) fn contains(&self, x: f32, y: f32) -> bool {
        let (width, height) = self.blocks.dimensions();
        let (x, y) = ((x * width as f32) as u32, (y * height as f32) as u32);
        self.blocks.get_pixel(x.min(width - 1), y.min(height - 1)).0[0] == SHEET
    }

    /// The corners of all blocks that the sheet covers or its edge runs through, on an image of this size.
    pub(crate) fn outline(&self, (width, height): (f32, f32)) -> Vec<Point> {
        let (across, down) = (width / self.blocks.width() as f32, height / self.blocks.height() as f32);
        let sheet = self.blocks.enumerate_pixels().filter(|(_, _, block)| block.0[0] > 0);
        sheet
            .flat_map(|(x, y, _)| [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)])
            .map(|(x, y)| Point::new(x as f32 * across, y as f32 * down))
            .collect()
    }

    /// Sets everything outside of the sheet to paper, but ink that runs from the sheet into its edge.
    pub(super) fn blank_surroundings(&self, gray: &mut GrayImage) {
        let (width, height) = gray.dimensions();
        let ink: Vec<(u32, u32, Luma<u8>)> =
            self.ink_over_edge(gray).into_iter().map(|(x, y)| (x, y, *gray.get_pixel(x, y))).collect();
        let columns: Vec<u32> = (0..width).map(|x| x * self.blocks.width() / width).collect();
        for (y, row) in gray.chunks_exact_mut(width.max(1) as usize).enumerate() {
            let block_row = (u64::from(self.blocks.height()) * y as u64 / u64::from(height)) as u32;
            for (pixel, &column) in row.iter_mut().zip(&columns) {
                if self.blocks.get_pixel(column, block_row).0[0] != SHEET {
                    *pixel = 255;
                }
            }
        }
        for (x, y, value) in ink {
            gray.put_pixel(x, y, value);
        }
    }

    /// The pixels of strokes, and some around them, that go on from the sheet into its edge and end there. What runs on
    /// into the surroundings is the edge's own shadow or the table.
    fn ink_over_edge(&self, gray: &GrayImage) -> Vec<(u32, u32)> {
        let (width, height) = gray.dimensions();
        let block_at = |x: u32, y: u32| {
            self.blocks.get_pixel(x * self.blocks.width() / width, y * self.blocks.height() / height).0[0]
        };
        let near = |(x, y): (u32, u32), reach: u32| {
            let columns = x.saturating_sub(reach)..=(x + reach).min(width - 1);
            (y.saturating_sub(reach)..=(y + reach).min(height - 1))
                .flat_map(move |y| columns.clone().map(move |x| (x, y)))
        };
        let is_ink = |x: u32, y: u32| gray.get_pixel(x, y).0[0] <= MAX_EDGE_INK;
        let mut seen = vec![false; width as usize * height as usize];
        let mut is_new = |x: u32, y: u32| !std::mem::replace(&mut seen[(y * width + x) as usize], true);
        let mut found = Vec::new();
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            if !is_ink(x, y) || block_at(x, y) != EDGE || !is_new(x, y) {
                continue;
            }
            let mut stroke = vec![(x, y)];
            let (mut next, mut on_sheet, mut in_surroundings) = (0, false, false);
            while let Some(&at) = stroke.get(next) {
                next += 1;
                for (x, y) in near(at, 1).filter(|&(x, y)| is_ink(x, y)) {
                    match block_at(x, y) {
                        SHEET => on_sheet = true,
                        EDGE if is_new(x, y) => stroke.push((x, y)),
                        EDGE => {}
                        _ => in_surroundings = true,
                    }
                }
            }
            if on_sheet && !in_surroundings {
                found.extend(stroke);
            }
        }
        found.into_iter().flat_map(|at| near(at, INK_MARGIN)).collect()
    }
}

/// The sheet without what is as bright but of another colour, such as the gloss on a table; `None` where most of it
/// would go.
fn without_other_colours(sheet: &GrayImage, neutrality: &GrayImage) -> Option<GrayImage> {
    let mut alike = mask(neutrality, usual_colour(sheet, neutrality).saturating_sub(MAX_COLOUR_STEP));
    for (value, on) in alike.iter_mut().zip(sheet.iter()) {
        *value = (*value).min(*on);
    }
    let alike = fill_holes(&largest_part(&alike)?);
    (2 * count(&alike) > count(sheet)).then_some(alike)
}

/// The median neutrality of the sheet's blocks.
pub(super) fn usual_colour(sheet: &GrayImage, neutrality: &GrayImage) -> u8 {
    let on_sheet = neutrality.iter().zip(sheet.iter()).filter(|(_, on)| **on > 0).map(|(value, _)| value);
    Histogram::of(on_sheet).quantile(0.5)
}

/// One grey value per pixel, of its lowest and its highest channel.
fn channel_map(photo: &RgbImage, value: impl Fn(u8, u8) -> u8) -> GrayImage {
    let of = |[r, g, b]: [u8; 3]| value(r.min(g).min(b), r.max(g).max(b));
    let values = photo.pixels().map(|pixel| of(pixel.0)).collect();
    GrayImage::from_raw(photo.width(), photo.height(), values).unwrap_or_default()
}

fn mask(image: &GrayImage, threshold: u8) -> GrayImage {
    GrayImage::from_fn(image.width(), image.height(), |x, y| {
        Luma([if image.get_pixel(x, y).0[0] >= threshold { 255 } else { 0 }])
    })
}

/// A quantile of each block of so many pixels.
pub(super) fn block_levels(gray: &GrayImage, block: u32, part: f32) -> GrayImage {
    let (width, height) = (gray.width().div_ceil(block), gray.height().div_ceil(block));
    GrayImage::from_fn(width, height, |column, row| {
        let (x1, y1) = (((column + 1) * block).min(gray.width()), ((row + 1) * block).min(gray.height()));
        let values: Vec<u8> =
            (row * block..y1).flat_map(|y| (column * block..x1).map(move |x| gray.get_pixel(x, y).0[0])).collect();
        Luma([Histogram::of(&values).quantile(part)])
    })
}

/// Grey closing: dark strokes go.
fn close(image: &GrayImage) -> GrayImage {
    let widest = neighbourhood(image, |near| near.iter().copied().max().unwrap_or(0));
    neighbourhood(&widest, |near| near.iter().copied().min().unwrap_or(0))
}

/// `choose` over every pixel's three by three neighbourhood.
pub(super) fn neighbourhood(image: &GrayImage, choose: impl Fn(&[u8]) -> u8) -> GrayImage {
    let (width, height) = image.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let near: Vec<u8> = (y.saturating_sub(1)..=(y + 1).min(height - 1))
            .flat_map(|y| (x.saturating_sub(1)..=(x + 1).min(width - 1)).map(move |x| image.get_pixel(x, y).0[0]))
            .collect();
        Luma([choose(&near)])
    })
}

fn count(mask: &GrayImage) -> usize {
    mask.iter().filter(|&&value| value > 0).count()
}

fn largest_part(mask: &GrayImage) -> Option<GrayImage> {
    let labels = connected_components(mask, Connectivity::Four, Luma([0]));
    let n_labels = labels.iter().max().map_or(0, |&label| label as usize + 1);
    let mut sizes = vec![0usize; n_labels];
    for &label in labels.iter().filter(|&&label| label > 0) {
        sizes[label as usize] += 1;
    }
    let (largest, &size) = sizes.iter().enumerate().max_by_key(|&(_, &size)| size)?;
    (size > 0).then(|| {
        GrayImage::from_fn(mask.width(), mask.height(), |x, y| {
            Luma([if labels.get_pixel(x, y).0[0] as usize == largest { 255 } else { 0 }])
        })
    })
}

/// The mask with everything filled that the border of the image cannot reach.
pub(super) fn fill_holes(mask: &GrayImage) -> GrayImage {
    let (width, height) = mask.dimensions();
    let ground = GrayImage::from_fn(width, height, |x, y| Luma([255 - mask.get_pixel(x, y).0[0]]));
    let labels = connected_components(&ground, Connectivity::Four, Luma([0]));
    let mut reaches_border = vec![false; labels.iter().max().map_or(0, |&label| label as usize) + 1];
    for (x, y, label) in labels.enumerate_pixels() {
        if x == 0 || y == 0 || x + 1 == width || y + 1 == height {
            reaches_border[label.0[0] as usize] = true;
        }
    }
    GrayImage::from_fn(width, height, |x, y| {
        let label = labels.get_pixel(x, y).0[0];
        Luma([if label == 0 || !reaches_border[label as usize] { 255 } else { 0 }])
    })
}

/// The brightness outside over that inside, two blocks to either side of the sheet's edge: the median over the edge.
fn edge_step(levels: &GrayImage, sheet: &GrayImage) -> f32 {
    let (width, height) = (i64::from(sheet.width()), i64::from(sheet.height()));
    let inside = |x: i64, y: i64| sheet.get_pixel(x as u32, y as u32).0[0] > 0;
    let mut steps = Vec::new();
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).filter(|&(x, y)| inside(x, y)) {
        for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
            let (far_x, far_y) = (x + 2 * dx, y + 2 * dy);
            let (in_x, in_y) = (x - dx, y - dy);
            let is_on_page = |x: i64, y: i64| (0..width).contains(&x) && (0..height).contains(&y);
            if !is_on_page(far_x, far_y) || !is_on_page(in_x, in_y) || inside(x + dx, y + dy) {
                continue;
            }
            let outer = f32::from(levels.get_pixel(far_x as u32, far_y as u32).0[0]);
            let inner = f32::from(levels.get_pixel(in_x as u32, in_y as u32).0[0]);
            steps.push(outer / inner.max(1.0));
        }
    }
    steps.sort_by(f32::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(1.0)
}

/// The mask without those of its outermost blocks that are much darker than what lies further inside: folds and the
/// sheet's own shadow. Half of a block is paper where there is writing.
fn without_shadowed_edge(sheet: &GrayImage, light: &GrayImage) -> GrayImage {
    let (width, height) = sheet.dimensions();
    let near = |x: u32, y: u32, reach: u32| {
        let columns = x.saturating_sub(reach)..=(x + reach).min(width - 1);
        (y.saturating_sub(reach)..=(y + reach).min(height - 1)).flat_map(move |y| columns.clone().map(move |x| (x, y)))
    };
    let on_sheet = |x: u32, y: u32| sheet.get_pixel(x, y).0[0] > 0;
    GrayImage::from_fn(width, height, |x, y| {
        if !on_sheet(x, y) || near(x, y, 1).all(|(x, y)| on_sheet(x, y)) {
            return *sheet.get_pixel(x, y);
        }
        let inside = near(x, y, 3).filter(|&(x, y)| on_sheet(x, y)).map(|(x, y)| light.get_pixel(x, y).0[0]).max();
        let is_shadowed = f32::from(light.get_pixel(x, y).0[0]) < MAX_SHADOW * f32::from(inside.unwrap_or(0));
        Luma([if is_shadowed { 0 } else { 255 }])
    })
}

/// The mask with its outermost blocks marked as edge. The image's own border is no edge.
fn with_edge_marked(mask: &GrayImage) -> GrayImage {
    let inner = neighbourhood(mask, |near| near.iter().copied().min().unwrap_or(0));
    GrayImage::from_fn(mask.width(), mask.height(), |x, y| {
        Luma([if inner.get_pixel(x, y).0[0] > 0 { SHEET } else { mask.get_pixel(x, y).0[0].min(EDGE) }])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn a_sheet_on_a_dark_table_is_found() {
        let photo = RgbImage::from_fn(800, 600, |x, y| {
            let on_sheet = (150..650).contains(&x) && (100..550).contains(&y);
            // Brown, glossy on the right.
            let table = if x > 600 { [225, 200, 160] } else { [110, 80, 30 + (x % 7) as u8] };
            Rgb(if on_sheet { [200; 3] } else { table })
        });
        let region = PaperRegion::find(&photo, false).expect("the sheet");
        assert!(region.contains(0.5, 0.5));
        for (x, y) in [(0.05, 0.5), (0.5, 0.05), (0.95, 0.5)] {
            assert!(!region.contains(x, y), "{x}, {y} is table");
        }
    }

    #[test]
    fn strokes_that_reach_into_the_edge_stay() {
        let photo = RgbImage::from_fn(800, 600, |x, y| {
            let on_sheet = (150..650).contains(&x) && (100..548).contains(&y);
            let is_stroke = (400..404).contains(&x) && (500..545).contains(&y);
            Rgb(if !on_sheet {
                [70; 3]
            } else if is_stroke {
                [30; 3]
            } else {
                [200; 3]
            })
        });
        let region = PaperRegion::find(&photo, false).expect("the sheet");
        let mut gray = channel_map(&photo, |low, _| low);
        region.blank_surroundings(&mut gray);
        for y in 500..545 {
            assert_eq!(gray.get_pixel(402, y).0[0], 30, "stroke in row {y}");
        }
        assert!(gray.enumerate_pixels().all(|(_, _, pixel)| pixel.0[0] != 70), "table is left");
    }

    #[test]
    fn a_sheet_is_found_whole_where_a_lamp_stands_at_one_side() {
        let photo = RgbImage::from_fn(800, 600, |x, y| {
            let on_sheet = (60..740).contains(&x) && (60..540).contains(&y);
            let light = 1.0 - 0.55 * (x + y) as f32 / 1400.0;
            Rgb(if on_sheet { [220.0, 218.0, 210.0] } else { [130.0, 90.0, 40.0] }.map(|value| (value * light) as u8))
        });
        let region = PaperRegion::find(&photo, false).expect("the sheet");
        for (x, y) in [(0.15, 0.2), (0.85, 0.2), (0.15, 0.8), (0.5, 0.5), (0.85, 0.8)] {
            assert!(region.contains(x, y), "{x}, {y} is paper");
        }
        for (x, y) in [(0.03, 0.5), (0.5, 0.04), (0.97, 0.5), (0.5, 0.96)] {
            assert!(!region.contains(x, y), "{x}, {y} is table");
        }
    }

    #[test]
    fn the_shadow_of_a_hand_is_sheet_too() {
        // Half as bright within the shadow, whose edge is 40 pixels wide.
        let shadow = |x: u32, y: u32| {
            let distance = (x as f32 - 500.0).hypot(y as f32 - 400.0);
            1.0 - 0.5 * ((220.0 - distance) / 40.0).clamp(0.0, 1.0)
        };
        for table in [[150.0, 100.0, 55.0], [95.0; 3]] {
            let photo = RgbImage::from_fn(1000, 800, |x, y| {
                let on_sheet = (100..900).contains(&x) && (100..700).contains(&y);
                Rgb(if on_sheet { [235.0; 3] } else { table }.map(|value| (value * shadow(x, y)) as u8))
            });
            let region = PaperRegion::find(&photo, false).expect("the sheet");
            assert!(region.contains(0.5, 0.5) && region.contains(0.6, 0.6) && region.contains(0.2, 0.2));
            assert!(!region.contains(0.05, 0.5) && !region.contains(0.5, 0.05));
        }
    }

    #[test]
    fn shading_is_no_edge() {
        let shaded = RgbImage::from_fn(800, 600, |x, _| Rgb([220 - (x / 5) as u8; 3]));
        assert!(PaperRegion::find(&shaded, false).is_none());
    }
}
