//! Rings: closed curves that somebody drew around words, such as circles, the bubbles of a mind map and clouds. They are found
//! on the prepared page and erased, so that neither line finding nor reading takes them for letters.
//!
//! Ink that hangs together is closed over small gaps and its inside filled; thin strokes are then taken away, so that
//! of a ring its inside is left, also where it hangs together with others, with connectors or with the words in it. A
//! ring's inside is round and large and holds writing.

use image::{GrayImage, Luma, imageops};
use imageproc::{
    distance_transform::Norm,
    morphology::{dilate, erode},
};

use crate::{
    imaging::raster::{
        binarize::binarize_reduced,
        closed_contours::{insides, margin, on_own_paper},
        components::{Component, components, drawn, hull_area},
        reduce::{blank_block, shrink},
        writing_scale::WritingScale,
    },
    page::Rect,
};

/// Rings are looked for on an image whose longer side is at most this many pixels.
const WORKING_SIDE: u32 = 2000;
/// A ring fills at most this part of its box.
const MAX_DENSITY: f32 = 0.3;
/// Gaps in a ring are closed up to twice this, in letter heights.
const CLOSING: f32 = 0.35;
/// Strokes of up to twice this are taken away, in stroke widths.
const OPENING: f32 = 1.5;
/// The inside of a ring is at least this high and wide, in letter heights; twice as wide where the words in it touch it.
const MIN_INSIDE: f32 = 1.2;
const MIN_INSIDE_TOUCHED: f32 = 2.4;
/// It fills this part of its convex hull at least, and of its box at most this part: else it is a frame, whose straight sides
/// are found as rules. An ellipse fills 0.79; a box less than 1, as its corners are worn off and hands draw it crooked.
const MIN_SOLIDITY: f32 = 0.9;
const MAX_SQUARENESS: f32 = 0.8;
/// What is in a ring is writing if something is at least this high, in letter heights; if it hangs together with the ring, if
/// its rows cross so many strokes, too.
const MIN_LETTER: f32 = 0.4;
const MIN_CROSSINGS: f32 = 1.8;
const MIN_DENSITY: f32 = 0.12;
/// Strokes that begin or end a ring, and second turns, lie at most this far from it, in letter heights and in heights of its
/// inside.
const MAX_LOOSE: f32 = 0.5;
const MAX_LOOSE_PART: f32 = 0.15;

/// Erases the rings of the prepared page `gray` and returns the boxes of what is inside them, in page pixels.
pub(super) fn erase_rings(gray: &mut GrayImage) -> Vec<Rect> {
    let factor = gray.width().max(gray.height()).div_ceil(WORKING_SIDE).max(1);
    let small = shrink(gray, factor);
    let page_ink = binarize_reduced(&small);
    let ink = components(&page_ink);
    let Some(scale) = WritingScale::measure(&ink, small.dimensions()) else { return Vec::new() };
    let mut insides = Vec::new();
    for (i, component) in ink.iter().enumerate().filter(|(_, component)| may_be_ring(component, scale)) {
        let canvas = Canvas::of(component, scale);
        for inside in canvas.insides().into_iter().filter(|inside| is_round(inside, scale)) {
            let shape = RingShape::cut_out(&canvas, &inside);
            if shape.holds_writing(&ink, i) {
                shape.erase(&page_ink, gray, factor);
                insides.push(canvas.on_page(&inside, factor));
            }
        }
    }
    insides
}

fn may_be_ring(component: &Component, scale: WritingScale) -> bool {
    component.width().min(component.height()) >= MIN_INSIDE * scale.letter && component.density() <= MAX_DENSITY
}

/// Whether the inside of something is round and as large as that of a ring around words.
fn is_round(inside: &Component, scale: WritingScale) -> bool {
    let area = inside.area as f32;
    inside.width().min(inside.height()) >= MIN_INSIDE * scale.letter
        && inside.density() <= MAX_SQUARENESS
        && area >= MIN_SOLIDITY * hull_area(inside)
}

/// One component's ink on paper of its own, with a margin.
struct Canvas {
    scale: WritingScale,
    /// The canvas's corner, in working pixels; left of and above the page where the margin is.
    left: i32,
    top: i32,
    ink: GrayImage,
    /// How far strokes are widened to close gaps, in working pixels.
    closing: u8,
}

impl Canvas {
    fn of(component: &Component, scale: WritingScale) -> Self {
        let closing = (CLOSING * scale.letter).round().clamp(1.0, 100.0) as u8;
        let ink = on_own_paper(component, closing);
        let margin = margin(closing);
        let (left, top) = (component.left as i32 - margin as i32, component.top as i32 - margin as i32);
        Self { scale, left, top, ink, closing }
    }

    /// How far strokes reach into the closed and filled shape, in working pixels.
    fn opening(&self) -> u8 {
        self.closing.saturating_add((OPENING * self.scale.stroke).ceil().clamp(1.0, 100.0) as u8)
    }

    /// What is left of the closed and filled shape once thin strokes are taken away, on the canvas.
    fn insides(&self) -> Vec<Component> {
        insides(&self.ink, self.closing, self.opening(), Norm::LInf)
    }

    fn on_page(&self, inside: &Component, factor: u32) -> Rect {
        let place = |at: u32, from: i32| ((at as i32 + from).max(0) as u32 * factor) as f32;
        Rect {
            x0: place(inside.left, self.left),
            y0: place(inside.top, self.top),
            x1: place(inside.right, self.left),
            y1: place(inside.bottom, self.top),
        }
    }
}

/// A place in which a ring is, cut out of its canvas: large components may have many.
struct RingShape {
    scale: WritingScale,
    /// The place's corner, in working pixels.
    left: i32,
    top: i32,
    /// The component's ink.
    ink: GrayImage,
    inside: Component,
    /// The inside's pixels.
    mask: GrayImage,
    /// How far from the inside the ring's outer edge lies at most, and how far strokes that belong to it may lie from there.
    reach: u8,
    loose: u8,
}

impl RingShape {
    fn cut_out(canvas: &Canvas, inside: &Component) -> Self {
        let scale = canvas.scale;
        let pixels = |distance: f32| distance.ceil().clamp(1.0, 100.0) as u8;
        let reach = canvas.opening().saturating_add(pixels(OPENING * scale.stroke));
        let loose = pixels((MAX_LOOSE * scale.letter).min(MAX_LOOSE_PART * inside.height()));
        let margin = u32::from(reach) + u32::from(loose) + 2;
        let (x, y) = (inside.left.saturating_sub(margin), inside.top.saturating_sub(margin));
        let (width, height) = (inside.right + margin - x, inside.bottom + margin - y);
        let ink = imageops::crop_imm(&canvas.ink, x, y, width, height).to_image();
        let inside = inside.moved(-(x as i32), -(y as i32));
        let mask = drawn(std::slice::from_ref(&inside), ink.width(), ink.height());
        Self { scale, left: canvas.left + x as i32, top: canvas.top + y as i32, ink, inside, mask, reach, loose }
    }

    /// Whether there is writing in it: other ink of the page, or ink of this component, the `i`th of all.
    fn holds_writing(&self, all: &[Component], i: usize) -> bool {
        let is_inside = |x: f32, y: f32| {
            let (x, y) = (x as i32 - self.left, y as i32 - self.top);
            let place = u32::try_from(x).ok().zip(u32::try_from(y).ok());
            place.is_some_and(|(x, y)| self.mask.get_pixel_checked(x, y).is_some_and(|pixel| pixel.0[0] > 0))
        };
        let is_letter =
            |c: &Component| c.height() >= MIN_LETTER * self.scale.letter && is_inside(c.middle_x(), c.middle_y());
        let is_other = |(at, c): (usize, &Component)| at != i && is_letter(c);
        all.iter().enumerate().any(is_other) || self.has_touching_words()
    }

    /// Whether words in a wide inside hang together with the ring.
    fn has_touching_words(&self) -> bool {
        self.inside.width() >= MIN_INSIDE_TOUCHED * self.scale.letter
            && components(&self.own_ink(|x, y| is_set(&self.mask, x, y))).iter().any(|part| self.looks_written(part))
    }

    /// Whether ink that hangs together with a ring may be a word.
    fn looks_written(&self, part: &Component) -> bool {
        part.height() >= MIN_LETTER * self.scale.letter
            && part.runs.len() as f32 >= MIN_CROSSINGS * part.height()
            && part.density() >= MIN_DENSITY
    }

    /// The component's ink where `is_wanted`.
    fn own_ink(&self, is_wanted: impl Fn(u32, u32) -> bool) -> GrayImage {
        GrayImage::from_fn(self.ink.width(), self.ink.height(), |x, y| {
            Luma([if is_set(&self.ink, x, y) && is_wanted(x, y) { 255 } else { 0 }])
        })
    }

    /// The component's ink around the inside; with it what reaches no further in or out than strokes do that begin or end the
    /// ring, or go round once more, unless it looks written.
    fn ring(&self) -> GrayImage {
        let near = dilate(&self.mask, Norm::LInf, self.reach);
        let around = dilate(&self.mask, Norm::LInf, self.reach.saturating_add(self.loose));
        let deep_inside = erode(&self.mask, Norm::LInf, self.loose);
        let mut ring = self.own_ink(|x, y| is_set(&near, x, y) && !is_set(&self.mask, x, y));
        let is_loose = |x: u32, y: u32| is_set(&around, x, y) && !is_set(&deep_inside, x, y);
        for part in components(&self.own_ink(|x, y| !is_set(&ring, x, y))) {
            let places = || part.runs.iter().flat_map(|run| (run.start..run.end).map(|x| (x, run.y)));
            if places().all(|(x, y)| is_loose(x, y)) && !self.looks_written(&part) {
                places().for_each(|(x, y)| ring.put_pixel(x, y, Luma([255])));
            }
        }
        ring
    }

    /// Erases the ring from the page, with its soft edges. The page's pixels are `factor` times smaller than those of
    /// `page_ink`.
    fn erase(&self, page_ink: &GrayImage, gray: &mut GrayImage, factor: u32) {
        let ring = self.ring();
        for (x, y, _) in dilate(&ring, Norm::LInf, 1).enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] > 0) {
            let Some((page_x, page_y)) = self.on_working_image(x, y) else { continue };
            let is_ink = page_ink.get_pixel_checked(page_x, page_y).is_none_or(|pixel| pixel.0[0] > 0);
            if !is_ink || is_set(&ring, x, y) {
                blank_block(gray, page_x, page_y, factor);
            }
        }
    }

    /// Where a pixel of the place lies on the working image; `None` left of or above it.
    fn on_working_image(&self, x: u32, y: u32) -> Option<(u32, u32)> {
        u32::try_from(self.left + x as i32).ok().zip(u32::try_from(self.top + y as i32).ok())
    }
}

fn is_set(image: &GrayImage, x: u32, y: u32) -> bool {
    image.get_pixel(x, y).0[0] > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Point;

    const INK: Luma<u8> = Luma([30]);

    fn bar(page: &mut GrayImage, x: u32, y: u32, width: u32, height: u32) {
        (y..y + height).for_each(|y| (x..x + width).for_each(|x| page.put_pixel(x, y, INK)));
    }

    /// Letters 20 pixels high, each a component of its own, whose first one begins at `x` and whose middle is at `y`.
    fn word(page: &mut GrayImage, x: u32, y: u32, n_letters: u32) {
        for left in (0..n_letters).map(|letter| x + 22 * letter) {
            bar(page, left, y - 10, 3, 20);
            bar(page, left + 11, y - 10, 3, 20);
            bar(page, left, y - 10, 14, 3);
        }
    }

    /// A stroke that goes round an ellipse `turns` times and comes a little nearer to its middle in each.
    fn ring(page: &mut GrayImage, (x, y): (f32, f32), (half_width, half_height): (f32, f32), turns: f32) {
        for step in 0..(turns * 4000.0) as u32 {
            let turn = step as f32 / 4000.0;
            let (sin, cos) = (turn * std::f32::consts::TAU + 1.0).sin_cos();
            let size = 1.0 - 0.07 * turn;
            bar(page, (x + half_width * size * cos) as u32, (y + half_height * size * sin) as u32, 3, 3);
        }
    }

    fn lines() -> GrayImage {
        let mut page = GrayImage::from_pixel(900, 600, Luma([255]));
        (0..5).for_each(|row| word(&mut page, 60, 60 + 70 * row, 12));
        page
    }

    #[test]
    fn a_ring_goes_however_it_is_closed_and_the_words_stay() {
        for turns in [0.98, 1.0, 1.1, 1.9] {
            let mut words = lines();
            word(&mut words, 620, 200, 4);
            let mut page = words.clone();
            ring(&mut page, (663.0, 200.0), (80.0, 45.0), turns);
            // One round words of a line, and a connector from one to the other.
            ring(&mut page, (202.0, 60.0), (62.0, 36.0), turns);
            [&mut page, &mut words].into_iter().for_each(connector);
            let insides = erase_rings(&mut page);
            assert_eq!(insides.len(), 2, "{turns} turns: {insides:?}");
            assert!(insides.iter().any(|inside| inside.contains(Point::new(663.0, 200.0))));
            let n_ink = |page: &GrayImage| page.pixels().filter(|pixel| pixel.0[0] < 128).count();
            let (left, expected) = (n_ink(&page), n_ink(&words));
            assert!(left.abs_diff(expected) < 300, "{turns} turns: {left} pixels are left of {expected}");
        }
    }

    fn connector(page: &mut GrayImage) {
        (0..150).for_each(|step| bar(page, 270 + 2 * step, 70 + step / 2, 3, 3));
    }

    #[test]
    fn words_that_touch_their_ring_stay() {
        let mut page = lines();
        word(&mut page, 620, 200, 5);
        // All letters hang together and reach through the ring.
        bar(&mut page, 600, 199, 140, 3);
        let ink_inside = |page: &GrayImage| {
            (180..220)
                .flat_map(|y| (625..710).map(move |x| (x, y)))
                .filter(|&(x, y)| page.get_pixel(x, y).0[0] < 128)
                .count()
        };
        let written = ink_inside(&page);
        ring(&mut page, (672.0, 200.0), (70.0, 40.0), 1.05);
        assert_eq!(erase_rings(&mut page).len(), 1);
        assert_eq!(ink_inside(&page), written);
    }

    #[test]
    fn letters_frames_and_empty_rings_stay_as_they_are() {
        let mut page = lines();
        // An O, taller than the other letters; a sketch with nothing in it; a frame around words.
        ring(&mut page, (400.0, 480.0), (14.0, 17.0), 1.0);
        ring(&mut page, (700.0, 350.0), (90.0, 60.0), 1.0);
        word(&mut page, 120, 500, 4);
        for (x, y, width, height) in [(90, 460, 150, 3), (90, 540, 150, 3), (90, 460, 3, 83), (240, 460, 3, 83)] {
            bar(&mut page, x, y, width, height);
        }
        let before = page.clone();
        assert_eq!(erase_rings(&mut page), Vec::new());
        assert!(page == before);
        assert_eq!(erase_rings(&mut GrayImage::from_pixel(3, 3, Luma([255]))), Vec::new());
    }
}
