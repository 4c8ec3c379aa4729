//! Several sheets in one photo: notes on a board, cards or receipts on a table, side by side or under each other.
//!
//! The photo is divided into blocks, and regions of one colour are parted by edges between blocks (`regions.rs`): a
//! region of paper is nearly a rectangle, brighter in some channel than what lies around it, and written on. Shadows
//! part no sheet: what two touching regions have in common is their colour but for its brightness. Each sheet is then
//! prepared by itself (see [`prepare`](super::prepare)).
//!
//! A photo with fewer than two such sheets is left to `sheet_region.rs`, which finds a single one in worse light.

mod regions;
mod shapes;
mod tuning;

use image::{GrayImage, RgbImage, imageops};

pub use self::tuning::SheetsTuning;
use self::{
    regions::Regions,
    shapes::{both, convex, is_rectangular, n_sides_reached, touching_parts},
};
use super::sheet_region::SheetRegion;
use crate::{
    imaging::raster::{
        block_map::{count, mask_where},
        page_side::square_side,
    },
    page::Rect,
};

/// One of several sheets in a photo.
pub(in crate::imaging) struct Sheet {
    /// The part of the page that holds the sheet, in whole pixels.
    pub(super) bounds: Rect,
    /// The sheet within that part.
    pub(super) region: SheetRegion,
}

/// The sheets in a photo, a page reduced `factor` times each way, in reading order; empty where there are fewer than
/// two.
pub(in crate::imaging) fn find_sheets(photo: &RgbImage, factor: u32, tuning: &SheetsTuning) -> Vec<Sheet> {
    let block = square_side(photo.dimensions(), tuning.blocks_per_side);
    let regions = Regions::find(photo, block, tuning);
    let masks: Vec<GrayImage> = written_sheets(photo, block, &regions, tuning);
    if masks.len() < 2 {
        return Vec::new();
    }
    let mut sheets: Vec<Sheet> = masks.iter().map(|mask| cut_out(mask, block * factor)).collect();
    let order = rows_of(&sheets.iter().map(|sheet| sheet.bounds).collect::<Vec<_>>());
    let mut slots: Vec<Option<Sheet>> = sheets.drain(..).map(Some).collect();
    order.into_iter().filter_map(|index| slots[index].take()).collect()
}

/// The masks of the sheets with ink on them.
fn written_sheets(photo: &RgbImage, block: u32, regions: &Regions, tuning: &SheetsTuning) -> Vec<GrayImage> {
    let smallest = (tuning.min_sheet_fraction * (regions.size.0 * regions.size.1) as f32) as usize;
    let parts = regions.masks(smallest).into_iter().flat_map(|mask| touching_parts(mask, smallest, tuning));
    let is_inside = |mask: &GrayImage| n_sides_reached(mask) < 3 && regions.border(mask, &[], tuning).is_inside(tuning);
    let mut papers: Vec<GrayImage> = parts.map(|part| regions.up_to_edges(part)).filter(is_inside).collect();
    papers.sort_by_key(|mask| std::cmp::Reverse(count(mask)));
    let mut sheets = without_nested(papers);
    sheets = (0..sheets.len()).map(|index| whole_sheet(index, &sheets)).collect();
    sheets.retain(|sheet| is_rectangular(sheet, tuning.min_rectangle_fraction, tuning));
    if n_on_ground(&sheets, regions, tuning) < 2 || !regions.is_ground_dark(&sheets, tuning) {
        return Vec::new();
    }
    // Where sheets lie about, what has their shape is one, too, however little it stands out from the ground.
    joined_over_shadows(&mut sheets, regions, tuning);
    sheets.into_iter().filter(|sheet| has_ink(photo, block, sheet, regions, tuning)).collect()
}

/// How many of these rectangles lie on something darker. A border may face another sheet; what is no sheet after all is
/// none for its neighbours either.
fn n_on_ground(rectangles: &[GrayImage], regions: &Regions, tuning: &SheetsTuning) -> usize {
    let mut sheets = rectangles.to_vec();
    loop {
        let is_sheet = |sheet: &GrayImage| regions.border(sheet, &sheets, tuning).is_of_sheet(tuning);
        let kept: Vec<GrayImage> = sheets.iter().filter(|sheet| is_sheet(sheet)).cloned().collect();
        if kept.len() == sheets.len() {
            return kept.len();
        }
        sheets = kept;
    }
}

/// The masks, sorted by size, without those that lie on others: a note on a page is read with the page.
fn without_nested(masks: Vec<GrayImage>) -> Vec<GrayImage> {
    let mut outer: Vec<GrayImage> = Vec::new();
    for mask in masks {
        if !outer.iter().any(|other| 2 * count(&both(other, &mask)) > count(&mask)) {
            outer.push(mask);
        }
    }
    outer
}

/// The sheet with this paper: convex, but for what lies on it.
fn whole_sheet(index: usize, papers: &[GrayImage]) -> GrayImage {
    let whole = convex(&papers[index]);
    let is_other = |x: u32, y: u32| {
        papers.iter().enumerate().any(|(other, paper)| other != index && paper.get_pixel(x, y).0[0] > 0)
    };
    mask_where(whole.dimensions(), |x, y| whole.get_pixel(x, y).0[0] > 0 && !is_other(x, y))
}

/// Joins sheets that are one together and that nothing but a shadow's edge parts.
fn joined_over_shadows(sheets: &mut Vec<GrayImage>, regions: &Regions, tuning: &SheetsTuning) {
    let pairs = |n: usize| (0..n).flat_map(move |a| (a + 1..n).map(move |b| (a, b)));
    let joined = |a: &GrayImage, b: &GrayImage| {
        let either = mask_where(a.dimensions(), |x, y| a.get_pixel(x, y).0[0].max(b.get_pixel(x, y).0[0]) > 0);
        let is_one = regions.are_parted_by_shadow(a, b, tuning)
            && is_rectangular(&either, tuning.min_joined_rectangle_fraction, tuning);
        is_one.then_some(either)
    };
    while let Some((a, b, either)) =
        pairs(sheets.len()).find_map(|(a, b)| Some((a, b, joined(&sheets[a], &sheets[b])?)))
    {
        sheets[a] = either;
        sheets.remove(b);
    }
}

/// Whether there are strokes on a sheet: pixels that are much darker than their block's paper.
fn has_ink(photo: &RgbImage, block: u32, sheet: &GrayImage, regions: &Regions, tuning: &SheetsTuning) -> bool {
    let (mut n_pixels, mut n_ink) = (0_usize, 0_usize);
    for (x, y, _) in sheet.enumerate_pixels().filter(|&(x, y, _)| regions.is_inside(sheet, x, y)) {
        let paper = regions.brightness(x, y);
        let (width, height) = (block.min(photo.width() - x * block), block.min(photo.height() - y * block));
        let pixels = imageops::crop_imm(photo, x * block, y * block, width, height).to_image();
        n_pixels += pixels.len() / 3;
        n_ink += pixels.pixels().filter(|pixel| mean(pixel.0) <= tuning.max_ink_ratio * paper).count();
    }
    n_ink as f32 >= tuning.min_ink_fraction * n_pixels as f32 && n_ink > 0
}

/// The mean of a pixel's channels.
fn mean(pixel: [u8; 3]) -> f32 {
    pixel.iter().map(|&channel| f32::from(channel)).sum::<f32>() / 3.0
}

/// The part of the page around a mask, with a margin of a block, and the mask in it. A block has `side` page pixels.
fn cut_out(mask: &GrayImage, side: u32) -> Sheet {
    let on = || mask.enumerate_pixels().filter(|(_, _, value)| value.0[0] > 0);
    let bounds = |coordinate: fn(u32, u32) -> u32, n: u32| {
        let all = on().map(|(x, y, _)| coordinate(x, y));
        let (low, high) = all.fold((n, 0), |(low, high), at| (low.min(at), high.max(at + 1)));
        (low.saturating_sub(1), (high + 1).min(n))
    };
    let ((x0, x1), (y0, y1)) = (bounds(|x, _| x, mask.width()), bounds(|_, y| y, mask.height()));
    let part = mask_where((x1 - x0, y1 - y0), |x, y| mask.get_pixel(x0 + x, y0 + y).0[0] > 0);
    let [x0, y0, x1, y1] = [x0, y0, x1, y1].map(|block| (block * side) as f32);
    Sheet { bounds: Rect::new(x0, y0, x1, y1), region: SheetRegion::of_blocks(&part) }
}

/// The indices of `boxes` in reading order: row by row, from left to right. A box belongs to the row that most of its
/// height, or most of the row's first box, shares with it.
fn rows_of(boxes: &[Rect]) -> Vec<usize> {
    let mut by_top: Vec<usize> = (0..boxes.len()).collect();
    by_top.sort_by(|&a, &b| boxes[a].y0.total_cmp(&boxes[b].y0).then(boxes[a].x0.total_cmp(&boxes[b].x0)));
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for index in by_top {
        let rect = boxes[index];
        let is_of = |row: &&mut Vec<usize>| {
            let first = boxes[row[0]];
            let shared = first.y1.min(rect.y1) - first.y0.max(rect.y0);
            2.0 * shared > first.height().min(rect.height())
        };
        match rows.iter_mut().find(is_of) {
            Some(row) => row.push(index),
            None => rows.push(vec![index]),
        }
    }
    for row in &mut rows {
        row.sort_by(|&a, &b| boxes[a].x0.total_cmp(&boxes[b].x0));
    }
    rows.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    const TABLE: [u8; 3] = [90, 70, 55];

    /// A photo of 900 × 700 pixels of `ground` with rectangles of these places and colours, each with lines of strokes.
    fn photo(ground: [u8; 3], sheets: &[([u32; 4], [u8; 3])]) -> RgbImage {
        RgbImage::from_fn(900, 700, |x, y| {
            let sheet = sheets.iter().find(|([x0, y0, x1, y1], _)| (*x0..*x1).contains(&x) && (*y0..*y1).contains(&y));
            let is_stroke = |[x0, y0, x1, y1]: [u32; 4]| {
                (x0 + 30..x1 - 30).contains(&x) && (y0 + 30..y1 - 30).contains(&y) && x % 9 < 2 && y % 40 < 18
            };
            Rgb(match sheet {
                Some((place, _)) if is_stroke(*place) => [30; 3],
                Some((_, colour)) => *colour,
                None => ground,
            })
        })
    }

    fn places(photo: &RgbImage) -> Vec<[u32; 2]> {
        let corner = |sheet: Sheet| [sheet.bounds.x0 as u32 / 100, sheet.bounds.y0 as u32 / 100];
        find_sheets(photo, 1, &SheetsTuning::default()).into_iter().map(corner).collect()
    }

    #[test]
    fn sheets_of_any_colour_are_found_row_by_row() {
        let yellow = ([110, 120, 400, 320], [250, 232, 110]);
        let pink = ([510, 130, 790, 330], [250, 165, 185]);
        let white = ([120, 420, 430, 640], [240, 240, 236]);
        let blue = ([530, 410, 800, 620], [165, 215, 245]);
        for ground in [TABLE, [128, 128, 126], [170, 130, 90]] {
            let found = places(&photo(ground, &[yellow, pink, white, blue]));
            assert_eq!(found, [[1, 1], [5, 1], [1, 4], [5, 4]], "on {ground:?}");
        }
    }

    #[test]
    fn one_sheet_is_left_to_others() {
        let sheet = ([110, 120, 700, 620], [240; 3]);
        let mut shaded = photo(TABLE, &[sheet]);
        for (_, _, pixel) in shaded.enumerate_pixels_mut().filter(|(x, _, _)| *x > 400) {
            pixel.0 = pixel.0.map(|channel| channel / 2);
        }
        let card_without_writing = photo(TABLE, &[sheet, ([740, 120, 790, 160], [240; 3])]);
        for photo in [photo(TABLE, &[sheet]), shaded, card_without_writing, RgbImage::new(0, 0), RgbImage::new(2, 9)] {
            assert_eq!(places(&photo), [[0; 2]; 0]);
        }
    }

    #[test]
    fn frames_drawn_on_a_page_are_no_sheets() {
        let frames = [[100, 100, 420, 330], [500, 100, 820, 330], [100, 400, 420, 640]];
        let mut page = photo([240; 3], &frames.map(|frame| (frame, [240; 3])));
        for (x, y, pixel) in page.enumerate_pixels_mut() {
            let is_frame = |[x0, y0, x1, y1]: [u32; 4]| {
                let is_in = |by: u32| (x0 + by..x1 - by).contains(&x) && (y0 + by..y1 - by).contains(&y);
                is_in(0) && !is_in(16)
            };
            if frames.into_iter().any(is_frame) {
                *pixel = Rgb([20, 20, 90]);
            }
        }
        assert_eq!(places(&page), [[0; 2]; 0]);
    }
}
