//! From a page to grey on white, ready for line finding and reading.
//!
//! [`prepare`] runs these steps:
//! 1. **Polarity** (`polarity.rs`): a dark board is inverted. Strokes on a board are brighter than what surrounds them;
//!    a bright sheet on a dark table has an edge, and blocks with an edge do not count.
//! 2. **Sheet region** (`sheet_region.rs`): the sheet is the largest bright component of one colour, grown into the
//!    shadows that no edge separates from it (`region_growing.rs`). Several sheets in a photo (`sheets/`) take the
//!    steps below each by itself, and are laid side by side again.
//! 3. **Highlighters** (`highlighter.rs`): the colour of marked words is divided out.
//! 4. **Illumination** (`illumination.rs`): the light on the paper is divided out, so that paper is white everywhere.
//! 5. **Surroundings**: everything outside of the sheet becomes paper.
//! 6. **Dot grid** (`dot_grid.rs`): the dots of dotted paper are erased, found by their grid.
//! 7. **Ruling lines** (`ruling_lines/`): the rules of ruled and squared paper are erased, at whatever slope they run.
//! 8. **Dotted leaders** (`dotted_leaders.rs`): the rows of dots that forms are filled in on are erased.
//! 9. **Enclosures** (`enclosures.rs`): closed curves drawn around words are erased.
//! 10. **Contrast** (`clean_up.rs`): faint pencil is darkened; a strong clean-up also removes stains and specks.
//!
//! Steps 1 to 4 measure the page on an image of at most 1500 pixels a side, a strip in each of its parts; steps 6 to 9
//! share a [`WorkingPage`](crate::imaging::raster::working_page::WorkingPage) of at most 2000. Every threshold is a
//! field of [`PrepareTuning`].

mod bare_dots;
pub(super) mod clean_up;
mod dot_grid;
mod dotted_leaders;
mod enclosures;
mod highlighter;
mod illumination;
pub(super) mod polarity;
mod region_growing;
mod ruling_lines;
pub(super) mod sheet_region;
pub(super) mod sheets;

use image::{GrayImage, Luma, RgbImage, imageops::crop_imm};

pub use self::{
    clean_up::CleanUpTuning, dot_grid::DotGridTuning, dotted_leaders::DottedLeaderTuning, enclosures::EnclosureTuning,
    highlighter::HighlighterTuning, illumination::IlluminationTuning, polarity::PolarityTuning,
    region_growing::RegionGrowingTuning, ruling_lines::RulingLinesTuning, sheet_region::SheetRegionTuning,
    sheets::SheetsTuning,
};
use self::{
    clean_up::{CleanUp, darken_faint, strengthen},
    dot_grid::erase_dot_grid,
    dotted_leaders::erase_dotted_leaders,
    enclosures::erase_enclosures,
    highlighter::Highlights,
    illumination::Illumination,
    polarity::is_dark_board,
    ruling_lines::erase_ruling_lines,
    sheet_region::SheetRegion,
    sheets::{Sheet, find_sheets},
};
use super::{
    page_image::{PageImage, legible_gray, legible_negative},
    prepared_page::{PreparedPage, PreparedSheet},
    raster::{page_side::measuring_factor, reduce::shrink, working_page::PageDraft},
};

use crate::imaging::tunable::tunable;

tunable! {
    /// The thresholds of preparation, detector by detector. The default is what [`prepare`] uses.
    pub struct PrepareTuning {
        /// Dark boards.
        polarity: PolarityTuning = PolarityTuning::default(),
        /// Sheets in photos.
        sheet_region: SheetRegionTuning = SheetRegionTuning::default(),
        /// Several sheets in one photo.
        sheets: SheetsTuning = SheetsTuning::default(),
        /// The light on the paper.
        illumination: IlluminationTuning = IlluminationTuning::default(),
        /// Marked words.
        highlighter: HighlighterTuning = HighlighterTuning::default(),
        /// Dotted paper.
        dot_grid: DotGridTuning = DotGridTuning::default(),
        /// Ruled and squared paper.
        ruling_lines: RulingLinesTuning = RulingLinesTuning::default(),
        /// Dotted lines of forms.
        dotted_leaders: DottedLeaderTuning = DottedLeaderTuning::default(),
        /// Circled words.
        enclosures: EnclosureTuning = EnclosureTuning::default(),
        /// Faint ink, stains and specks.
        clean_up: CleanUpTuning = CleanUpTuning::default(),
    }
}

/// Prepares `page` with the normal clean-up. Never fails: a page without paper or ink stays as it is.
pub fn prepare(page: &PageImage) -> PreparedPage {
    prepare_with(page, CleanUp::Normal)
}

/// Prepares `page`, cleaned up as much as `clean_up` says.
pub fn prepare_with(page: &PageImage, clean_up: CleanUp) -> PreparedPage {
    prepare_tuned(page, clean_up, &PrepareTuning::default())
}

/// Prepares `page` with other thresholds than the default ones, to measure them.
pub fn prepare_tuned(page: &PageImage, clean_up: CleanUp, tuning: &PrepareTuning) -> PreparedPage {
    let mut gray = legible_gray(&page.pixels);
    if gray.width() < 3 || gray.height() < 3 {
        return PreparedPage::without_enclosures(GrayImage::from_pixel(gray.width(), gray.height(), Luma([255])));
    }
    let factor = measuring_factor(gray.dimensions());
    let mut small = shrink(&gray, factor);
    let is_inverted = is_dark_board(&small, &tuning.polarity);
    if is_inverted {
        gray = legible_negative(&page.pixels);
        small = shrink(&gray, factor);
    }
    if clean_up == CleanUp::None {
        return PreparedPage::without_enclosures(gray);
    }
    let photo = sampled(&page.pixels, factor);
    let sheets = if is_inverted { Vec::new() } else { find_sheets(&photo, factor, &tuning.sheets) };
    if !sheets.is_empty() {
        return sheet_by_sheet(page, sheets, clean_up, tuning);
    }
    let region = SheetRegion::find(&photo, is_inverted, &tuning.sheet_region);
    let find_highlights = || Highlights::find(&photo, region.as_ref(), &tuning.highlighter, &tuning.illumination);
    if !is_inverted && let Some(highlights) = find_highlights() {
        gray = legible_gray(&highlights.taken_out(&page.pixels, factor));
        small = shrink(&gray, factor);
    }
    lit_evenly(gray, &small, region.as_ref(), clean_up, tuning)
}

/// The page `gray`, whose measuring image is `small`, with white paper, and nothing but its sheet.
fn lit_evenly(
    mut gray: GrayImage,
    small: &GrayImage,
    region: Option<&SheetRegion>,
    clean_up: CleanUp,
    tuning: &PrepareTuning,
) -> PreparedPage {
    Illumination::measure(small, region, &tuning.illumination).divide_out(&mut gray);
    if let Some(region) = region {
        region.blank_surroundings(&mut gray, &tuning.sheet_region);
    }
    cleaned(gray, clean_up, tuning)
}

/// The page with each of its sheets prepared by itself, and nothing else.
fn sheet_by_sheet(page: &PageImage, sheets: Vec<Sheet>, clean_up: CleanUp, tuning: &PrepareTuning) -> PreparedPage {
    let prepared = sheets.into_iter().map(|sheet| {
        let [x, y, right, bottom] =
            [sheet.bounds.x0, sheet.bounds.y0, sheet.bounds.x1, sheet.bounds.y1].map(|side| side as u32);
        let (width, height) = (right.min(page.width()) - x, bottom.min(page.height()) - y);
        let part = PageImage { pixels: crop_imm(&page.pixels, x, y, width, height).to_image() };
        let mut gray = legible_gray(&part.pixels);
        let factor = measuring_factor((width, height));
        if is_dark_board(&shrink(&gray, factor), &tuning.polarity) {
            gray = legible_negative(&part.pixels);
        }
        let small = shrink(&gray, factor);
        let page = lit_evenly(gray, &small, Some(&sheet.region), clean_up, tuning);
        PreparedSheet { left: x, top: y, page }
    });
    PreparedPage::of_sheets((page.width(), page.height()), prepared.collect())
}

/// The page `gray`, whose paper is white, without its dots, rules and enclosures and with enough contrast.
fn cleaned(gray: GrayImage, clean_up: CleanUp, tuning: &PrepareTuning) -> PreparedPage {
    let mut page = PageDraft::new(gray);
    erase_dot_grid(&mut page, &tuning.dot_grid);
    erase_ruling_lines(&mut page, &tuning.ruling_lines);
    erase_dotted_leaders(&mut page, &tuning.dotted_leaders);
    let enclosures = erase_enclosures(&mut page, &tuning.enclosures);
    if clean_up == CleanUp::Strong {
        strengthen(&mut page, &tuning.clean_up);
    } else {
        darken_faint(&mut page, &tuning.clean_up);
    }
    let (gray, working) = page.into_parts();
    PreparedPage::new(gray, enclosures).with_working(working)
}

/// Every `factor`th pixel each way: enough to recognize the sheet by its colour.
pub(super) fn sampled(pixels: &RgbImage, factor: u32) -> RgbImage {
    let (width, height) = (pixels.width().div_ceil(factor), pixels.height().div_ceil(factor));
    RgbImage::from_fn(width, height, |x, y| *pixels.get_pixel(x * factor, y * factor))
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
        assert!(!is_dark_board(&legible_gray(&page.pixels), &PolarityTuning::default()));
        let prepared = prepare(&page);
        let gray = prepared.gray();
        assert!(gray.get_pixel(601, 280).0[0] < 200 && gray.get_pixel(700, 280).0[0] > 230);
    }

    #[test]
    fn pencil_becomes_as_dark_as_ink_and_empty_paper_stays_white() {
        let lightest_ink = |ink: u8| {
            let prepared = prepare(&page(|x, y| 235 - ((x * 7 + y * 13) % 3) as u8, ink));
            let gray = prepared.gray();
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
        assert!(prepared.gray().get_pixel(500, 300).0[0] > 235);
        assert!(prepared.gray().get_pixel(62, 120).0[0] < 100);
    }

    #[test]
    fn chalk_on_a_board_becomes_ink_on_paper() {
        let prepared = prepare(&page(|_, _| 40, 220));
        assert!(prepared.gray().get_pixel(300, 300).0[0] > 235);
        assert!(prepared.gray().get_pixel(62, 120).0[0] < 100);
    }

    #[test]
    fn coloured_chalk_becomes_ink_on_paper() {
        for chalk in [[32, 192, 96], [60, 110, 255], [255, 90, 90], [235, 220, 60]] {
            let mut pixels = page(|_, _| 24, 220).pixels;
            for pixel in pixels.pixels_mut().filter(|pixel| pixel.0[0] == 220) {
                *pixel = Rgb(chalk);
            }
            let prepared = prepare(&PageImage { pixels });
            let gray = prepared.gray();
            assert!(gray.get_pixel(300, 300).0[0] > 235, "{chalk:?}");
            assert!(gray.get_pixel(62, 120).0[0] < 130, "{chalk:?}: {}", gray.get_pixel(62, 120).0[0]);
        }
    }

    #[test]
    fn cleaning_up_is_stronger_or_left_out() {
        let stained = page(|x, y| if (200..400).contains(&x) && y > 200 { 214 } else { 230 }, 150);
        let [none, normal, strong] = [CleanUp::None, CleanUp::Normal, CleanUp::Strong]
            .map(|clean_up| prepare_with(&stained, clean_up).gray().clone());
        let (paper, ink) = ((500, 50), (62, 120));
        let at = |gray: &GrayImage, (x, y): (u32, u32)| gray.get_pixel(x, y).0[0];
        assert_eq!(at(&none, paper), 230);
        assert!(at(&normal, paper) > 235 && at(&strong, paper) == 255);
        assert!(at(&strong, ink) < at(&normal, ink), "{} {}", at(&strong, ink), at(&normal, ink));
        assert_eq!(&normal, prepare(&stained).gray());
    }

    #[test]
    fn tiny_and_black_images_pass() {
        for (width, height) in [(1, 1), (2, 40), (40, 40), (0, 0)] {
            let image = DynamicImage::new_rgb8(width, height);
            assert_eq!(prepare(&PageImage::from_image(&image)).gray().dimensions(), (width, height));
        }
    }

    #[test]
    fn thresholds_are_set_by_name_and_unknown_names_are_refused() {
        let tuned: PrepareTuning = toml::from_str("[ruling_lines]\nmin_contrast_levels = 12").expect("a known field");
        assert_eq!(tuned.ruling_lines.min_contrast_levels, 12);
        assert_eq!(tuned.dot_grid, DotGridTuning::default());
        assert!(toml::from_str::<PrepareTuning>("[ruling_lines]\nmin_contrast = 12").is_err());
    }
}
