//! From a page to grey on white: polarity, highlighters taken out, paper divided out, surroundings blanked, dots and rules of
//! the paper and rings around words erased, faint ink darkened.

pub(super) mod clean_up;
mod dot_grid;
mod enclosures;
mod highlighter;
mod illumination;
mod region_growing;
mod ruling_lines;
pub(super) mod sheet_region;

use image::{GrayImage, Luma, RgbImage, imageops};

use self::{
    clean_up::{CleanUp, darken_faint, strengthen},
    dot_grid::erase_paper_dots,
    enclosures::erase_rings,
    highlighter::Highlights,
    illumination::WhiteMap,
    ruling_lines::erase_paper_rules,
    sheet_region::{PaperRegion, block_levels, neighbourhood},
};
use super::{
    page_image::{PageImage, legible_gray, legible_negative},
    raster::{histogram::Histogram, reduce::shrink},
};
use crate::page::Rect;

/// The longer side of the image that light and paper are measured on, in pixels.
pub(super) const MEASURING_SIDE: u32 = 1500;

/// Blocks in which the ground of strokes is measured, in pixels.
const GROUND_BLOCK: u32 = 24;
/// A block is at least this part as bright as those around it where no edge runs through them.
const MIN_EVEN: f32 = 0.6;

/// A page made ready for line finding and reading: grey, paper white, ink dark, dark boards inverted, what lies around
/// the sheet blanked, the dots and rules of its paper and rings around words erased. Same size and coordinates as the
/// upright [`PageImage`].
#[derive(Clone, Debug, PartialEq)]
pub struct PreparedPage {
    /// 255 paper, dark ink.
    pub gray: GrayImage,
    /// The insides of the rings that were drawn around words and are erased, in page pixels.
    pub rings: Vec<Rect>,
}

impl PreparedPage {
    /// A page on which no ring was found.
    pub fn without_rings(gray: GrayImage) -> Self {
        Self { gray, rings: Vec::new() }
    }
}

/// Prepares `page`. Never fails: a page without paper or ink stays as it is.
pub fn prepare(page: &PageImage) -> PreparedPage {
    prepare_with(page, CleanUp::Normal)
}

/// Prepares `page`, cleaned up as much as asked for.
pub fn prepare_with(page: &PageImage, clean_up: CleanUp) -> PreparedPage {
    let mut gray = legible_gray(&page.pixels);
    if gray.width() < 3 || gray.height() < 3 {
        return PreparedPage::without_rings(GrayImage::from_pixel(gray.width(), gray.height(), Luma([255])));
    }
    let factor = gray.width().max(gray.height()).div_ceil(MEASURING_SIDE);
    let mut small = shrink(&gray, factor);
    let is_inverted = is_dark_board(&small);
    if is_inverted {
        gray = legible_negative(&page.pixels);
        small = shrink(&gray, factor);
    }
    if clean_up == CleanUp::None {
        return PreparedPage::without_rings(gray);
    }
    let photo = sampled(&page.pixels, factor);
    let region = PaperRegion::find(&photo, is_inverted);
    if !is_inverted && let Some(highlights) = Highlights::find(&photo, region.as_ref()) {
        gray = legible_gray(&highlights.taken_out(&page.pixels, factor));
        small = shrink(&gray, factor);
    }
    WhiteMap::measure(&small, region.as_ref()).divide_out(&mut gray);
    if let Some(region) = region {
        region.blank_surroundings(&mut gray);
    }
    erase_paper_dots(&mut gray);
    erase_paper_rules(&mut gray);
    let rings = erase_rings(&mut gray);
    if clean_up == CleanUp::Strong {
        strengthen(&mut gray);
    } else {
        darken_faint(&mut gray);
    }
    PreparedPage { gray, rings }
}

/// Every `factor`th pixel each way: enough to tell the sheet by its colour.
pub(super) fn sampled(pixels: &RgbImage, factor: u32) -> RgbImage {
    let (width, height) = (pixels.width().div_ceil(factor), pixels.height().div_ceil(factor));
    RgbImage::from_fn(width, height, |x, y| *pixels.get_pixel(x * factor, y * factor))
}

/// Whether strokes are brighter than what they are drawn on: the sign of the skewness of each pixel's difference to its
/// surroundings. Strokes are rare and far from the ground, so their side has the long tail.
pub(super) fn is_dark_board(gray: &GrayImage) -> bool {
    // A bright page is no board, whatever its texture.
    if Histogram::of(gray.as_raw()).quantile(0.5) > 140 {
        return false;
    }
    let ground = shrink(gray, GROUND_BLOCK);
    let ground = imageops::resize(&ground, gray.width(), gray.height(), imageops::FilterType::Triangle);
    let is_even = evenly_lit(gray);
    let tail: i64 = (gray.enumerate_pixels().zip(ground.as_raw()))
        .filter(|((x, y, _), _)| is_even.get_pixel(x / GROUND_BLOCK, y / GROUND_BLOCK).0[0] > 0)
        .map(|((_, _, value), &ground)| (i64::from(value.0[0]) - i64::from(ground)).clamp(-100, 100).pow(3))
        .sum();
    tail > 0
}

/// The blocks, one pixel each, that are about as bright as those around them and at whose sides that is so, too, strokes left
/// aside: through or beside the others runs the edge of a sheet or of a shadow.
fn evenly_lit(gray: &GrayImage) -> GrayImage {
    let levels = block_levels(gray, GROUND_BLOCK, 0.5);
    let lowest = |near: &[u8]| near.iter().copied().min().unwrap_or(0);
    let darkest = neighbourhood(&levels, lowest);
    let brightest = neighbourhood(&levels, |near| near.iter().copied().max().unwrap_or(0));
    let without_edge = GrayImage::from_fn(levels.width(), levels.height(), |x, y| {
        let [low, high] = [&darkest, &brightest].map(|map| f32::from(map.get_pixel(x, y).0[0]));
        Luma([if low >= MIN_EVEN * high { 255 } else { 0 }])
    });
    neighbourhood(&without_edge, lowest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, Rgb};

    fn page(paper: impl Fn(u32, u32) -> u8, ink: u8) -> PageImage {
        let mut image = RgbImage::from_fn(600, 400, |x, y| Rgb([paper(x, y); 3]));
        for stroke in 0..20 {
            for y in 100..140 {
                for x in 0..5 {
                    image.put_pixel(60 + stroke * 24 + x, y, Rgb([ink; 3]));
                }
            }
        }
        PageImage::from_image(&DynamicImage::ImageRgb8(image))
    }

    #[test]
    fn a_bright_sheet_on_a_dark_table_is_no_board() {
        // In little light: the sheet's edge stands out more than the pencil on it.
        let photo = RgbImage::from_fn(1200, 900, |x, y| {
            let on_sheet = (300..900).contains(&x) && (200..700).contains(&y);
            let is_stroke = on_sheet && x % 200 < 3 && (260..300).contains(&y);
            Rgb([if is_stroke {
                85
            } else if on_sheet {
                120
            } else {
                20
            }; 3])
        });
        let page = PageImage::from_image(&DynamicImage::ImageRgb8(photo));
        assert!(!is_dark_board(&legible_gray(&page.pixels)));
        let gray = prepare(&page).gray;
        assert!(gray.get_pixel(601, 280).0[0] < 200 && gray.get_pixel(700, 280).0[0] > 230);
    }

    #[test]
    fn pencil_becomes_as_dark_as_ink_and_empty_paper_stays_white() {
        let lightest_ink = |ink: u8| {
            let gray = prepare(&page(|x, y| 235 - ((x * 7 + y * 13) % 3) as u8, ink)).gray;
            (gray.get_pixel(62, 120).0[0], gray.get_pixel(300, 300).0[0])
        };
        for ink in [40, 185] {
            let (stroke, paper) = lightest_ink(ink);
            assert!(stroke < 140 && paper > 240, "{ink} became {stroke} on {paper}");
        }
        assert!(lightest_ink(225).0 > 230, "what is hardly darker than paper stays so");
    }

    #[test]
    fn shaded_paper_becomes_white_and_ink_stays_dark() {
        let prepared = prepare(&page(|x, _| 230 - (x / 6) as u8, 40));
        assert!(prepared.gray.get_pixel(500, 300).0[0] > 235);
        assert!(prepared.gray.get_pixel(62, 120).0[0] < 100);
    }

    #[test]
    fn chalk_on_a_board_becomes_ink_on_paper() {
        let prepared = prepare(&page(|_, _| 40, 220));
        assert!(prepared.gray.get_pixel(300, 300).0[0] > 235);
        assert!(prepared.gray.get_pixel(62, 120).0[0] < 100);
    }

    #[test]
    fn coloured_chalk_becomes_ink_on_paper() {
        for chalk in [[32, 192, 96], [60, 110, 255], [255, 90, 90], [235, 220, 60]] {
            let mut pixels = page(|_, _| 24, 220).pixels;
            for pixel in pixels.pixels_mut().filter(|pixel| pixel.0[0] == 220) {
                *pixel = Rgb(chalk);
            }
            let gray = prepare(&PageImage { pixels }).gray;
            assert!(gray.get_pixel(300, 300).0[0] > 235, "{chalk:?}");
            assert!(gray.get_pixel(62, 120).0[0] < 130, "{chalk:?}: {}", gray.get_pixel(62, 120).0[0]);
        }
    }

    #[test]
    fn cleaning_up_is_stronger_or_left_out() {
        let stained = page(|x, y| if (200..400).contains(&x) && y > 200 { 214 } else { 230 }, 150);
        let [none, normal, strong] =
            [CleanUp::None, CleanUp::Normal, CleanUp::Strong].map(|clean_up| prepare_with(&stained, clean_up).gray);
        let (paper, ink) = ((500, 50), (62, 120));
        let at = |gray: &GrayImage, (x, y): (u32, u32)| gray.get_pixel(x, y).0[0];
        assert_eq!(at(&none, paper), 230);
        assert!(at(&normal, paper) > 235 && at(&strong, paper) == 255);
        assert!(at(&strong, ink) < at(&normal, ink), "{} {}", at(&strong, ink), at(&normal, ink));
        assert_eq!(normal, prepare(&stained).gray);
    }

    #[test]
    fn tiny_and_black_images_pass() {
        for (width, height) in [(1, 1), (2, 40), (40, 40), (0, 0)] {
            let image = DynamicImage::new_rgb8(width, height);
            assert_eq!(prepare(&PageImage::from_image(&image)).gray.dimensions(), (width, height));
        }
    }
}
