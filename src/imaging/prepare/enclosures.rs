//! Enclosures: closed curves drawn around words, such as circles, the bubbles of a mind map and clouds. They are found
//! on the prepared page and erased, so that neither line finding nor reading takes them for letters.
//!
//! An enclosure is found by its inside. The connected ink is dilated until small gaps close, what it encloses is
//! filled, and the filled shape is eroded until strokes vanish: the inside of an enclosure is left, even where
//! connectors and the words themselves touch it. An inside counts where it is round, large and holds writing.
//!
//! ```text
//! before                     after
//!      ▄▄▄▄▄▄▄▄▄
//!   ▄▀▀         ▀▀▄
//!  ▐   █  ▄▄  █    ▌▄▄▄▄▄       █  ▄▄  █     ▄▄▄▄
//!  ▐   █▀▀█▄▄▀█    ▌            █▀▀█▄▄▀█
//!   ▀▄▄         ▄▄▀
//!      ▀▀▀▀▀▀▀▀▀
//! ```
//!
//! Enclosures are erased from the page rather than ignored, because a line may run through them. Their boxes are kept
//! in [`PreparedPage::enclosures`](crate::imaging::PreparedPage::enclosures), so that two enclosures side by side split
//! a line. Shapes with straight sides are left to `segment/divide.rs`, which takes out what the ink labeller says is
//! drawn before lines are looked for.

use image::{GrayImage, Luma, imageops};
use imageproc::{
    distance_transform::Norm,
    morphology::{dilate, erode},
};

use crate::imaging::tunable::tunable;
use crate::{
    imaging::raster::{
        closed_contours::{insides, margin, on_own_paper},
        components::{Component, components, drawn, hull_area},
        histogram::Histogram,
        working_page::{PageDraft, WorkingPage},
        writing_scale::WritingScale,
    },
    page::Rect,
};

tunable! {
    /// Thresholds of the detection of enclosures. Lengths are in letter heights or stroke widths of the page's writing.
    ///
    /// Chosen on drawn mind maps (84 % of the words found instead of 6 %), pages with a circled word (91 % instead of
    /// 80 %) and the photo of a diagram in thick marker (20 % instead of 16 %; commit 542a5bf), but for
    /// `max_squareness`. No measurement of single values is recorded. The last two were chosen on one page with the
    /// rings of a cup (`coffee-ring`), which passes with them.
    pub struct EnclosureTuning {
        /// The fraction of its box that an enclosure's ink fills, at most.
        max_density: f32 = 0.3,
        /// How far ink is dilated to close gaps, in letter heights: gaps up to twice this are closed.
        closing_letters: f32 = 0.35,
        /// How far the filled shape is eroded beyond the closing, in stroke widths: strokes up to twice this vanish.
        opening_strokes: f32 = 1.5,
        /// The width and height of an inside, at least, in letter heights.
        min_inside_letters: f32 = 1.2,
        /// The width of an inside, at least, in letter heights, where the words in it touch the enclosure.
        min_touched_inside_letters: f32 = 2.4,
        /// The fraction of its convex hull that an inside fills, at least.
        min_solidity: f32 = 0.9,
        /// The fraction of its box that an inside fills, at most: more is a frame. An ellipse fills 0.79; a box less
        /// than 1, as erosion takes its corners and hands draw it crooked. Chosen on a drawing with crooked boxes
        /// (commit 9f0bcdb).
        max_squareness: f32 = 0.8,
        /// The height of a component inside, at least, in letter heights, for it to count as writing.
        min_writing_letters: f32 = 0.4,
        /// Runs of ink a row, at least, of writing that touches the enclosure.
        min_crossings: f32 = 1.8,
        /// The fraction of its box that writing fills, at least, where it touches the enclosure.
        min_writing_density: f32 = 0.12,
        /// How far loose ends and second turns of the stroke lie from the enclosure, at most, in letter heights.
        max_loose_letters: f32 = 0.5,
        /// The same, as a fraction of the inside's height; the lesser of both counts.
        max_loose_fraction: f32 = 0.15,
        /// The darkness of strokes that cross an enclosure to the median of its own, from which they stay.
        min_crossing_darkness_ratio: f32 = 1.1,
        /// The fraction of such a stroke that lies beside the enclosure, at least.
        min_crossing_outside_fraction: f32 = 0.2,
    }
}

/// Erases the enclosures of a page and returns the boxes of their insides, in page pixels.
pub(super) fn erase_enclosures(page: &mut PageDraft, tuning: &EnclosureTuning) -> Vec<Rect> {
    let working = page.working();
    let Some(scale) = working.scale() else { return Vec::new() };
    let (mut insides, mut erased) = (Vec::new(), Vec::new());
    for (i, component) in working.components().iter().enumerate() {
        if !may_be_enclosure(component, scale, tuning) {
            continue;
        }
        let canvas = Canvas::of(component, scale, tuning);
        for inside in canvas.insides().into_iter().filter(|inside| is_round(inside, scale, tuning)) {
            let enclosure = Enclosure::cut_out(&canvas, &inside);
            if enclosure.holds_writing(working.components(), i) {
                erased.extend(enclosure.pixels(working));
                insides.push(canvas.page_from_canvas(&inside, working.factor()));
            }
        }
    }
    page.blank(&erased);
    insides
}

fn may_be_enclosure(component: &Component, scale: WritingScale, tuning: &EnclosureTuning) -> bool {
    component.width().min(component.height()) >= tuning.min_inside_letters * scale.letter
        && component.density() <= tuning.max_density
}

/// Whether an inside is round and as large as that of an enclosure of words.
fn is_round(inside: &Component, scale: WritingScale, tuning: &EnclosureTuning) -> bool {
    inside.width().min(inside.height()) >= tuning.min_inside_letters * scale.letter
        && inside.density() <= tuning.max_squareness
        && inside.area as f32 >= tuning.min_solidity * hull_area(inside)
}

/// One component's ink on an image of its own, with a margin to dilate it in.
struct Canvas<'a> {
    tuning: &'a EnclosureTuning,
    scale: WritingScale,
    /// The canvas's left edge, in working pixels; negative where the margin lies left of the page.
    left: i32,
    /// The canvas's upper edge, in working pixels; negative where the margin lies above the page.
    top: i32,
    ink: GrayImage,
    /// How far ink is dilated to close gaps, in working pixels.
    closing: u8,
}

impl<'a> Canvas<'a> {
    fn of(component: &Component, scale: WritingScale, tuning: &'a EnclosureTuning) -> Self {
        let closing = (tuning.closing_letters * scale.letter).round().clamp(1.0, 100.0) as u8;
        let ink = on_own_paper(component, closing);
        let margin = margin(closing);
        let (left, top) = (component.left as i32 - margin as i32, component.top as i32 - margin as i32);
        Self { tuning, scale, left, top, ink, closing }
    }

    /// How far the filled shape is eroded, in working pixels.
    fn opening(&self) -> u8 {
        let strokes = (self.tuning.opening_strokes * self.scale.stroke).ceil().clamp(1.0, 100.0) as u8;
        self.closing.saturating_add(strokes)
    }

    /// The insides of what the component encloses, in pixels of the canvas.
    fn insides(&self) -> Vec<Component> {
        insides(&self.ink, self.closing, self.opening(), Norm::LInf)
    }

    /// The box of an inside in page pixels, `factor` of which make a working pixel.
    fn page_from_canvas(&self, inside: &Component, factor: u32) -> Rect {
        let page = |canvas: u32, corner: i32| ((canvas as i32 + corner).max(0) as u32 * factor) as f32;
        Rect {
            x0: page(inside.left, self.left),
            y0: page(inside.top, self.top),
            x1: page(inside.right, self.left),
            y1: page(inside.bottom, self.top),
        }
    }
}

/// One enclosure, cut out of its canvas: large components may hold many.
struct Enclosure<'a> {
    tuning: &'a EnclosureTuning,
    scale: WritingScale,
    /// The cut-out's left edge, in working pixels.
    left: i32,
    /// The cut-out's upper edge, in working pixels.
    top: i32,
    /// The component's ink.
    ink: GrayImage,
    inside: Component,
    /// The inside's pixels.
    mask: GrayImage,
    /// How far the enclosure's outer edge lies from the inside, at most, in working pixels.
    reach: u8,
    /// How far loose ends of the stroke lie from the enclosure, at most, in working pixels.
    loose: u8,
}

impl<'a> Enclosure<'a> {
    fn cut_out(canvas: &Canvas<'a>, inside: &Component) -> Self {
        let (tuning, scale) = (canvas.tuning, canvas.scale);
        let pixels = |distance: f32| distance.ceil().clamp(1.0, 100.0) as u8;
        let reach = canvas.opening().saturating_add(pixels(tuning.opening_strokes * scale.stroke));
        let loose = pixels((tuning.max_loose_letters * scale.letter).min(tuning.max_loose_fraction * inside.height()));
        let margin = u32::from(reach) + u32::from(loose) + 2;
        let (x, y) = (inside.left.saturating_sub(margin), inside.top.saturating_sub(margin));
        let (width, height) = (inside.right + margin - x, inside.bottom + margin - y);
        let ink = imageops::crop_imm(&canvas.ink, x, y, width, height).to_image();
        let inside = inside.moved(-(x as i32), -(y as i32));
        let mask = drawn([&inside], ink.width(), ink.height());
        Self {
            tuning,
            scale,
            left: canvas.left + x as i32,
            top: canvas.top + y as i32,
            ink,
            inside,
            mask,
            reach,
            loose,
        }
    }

    /// Whether it holds writing: other components of the page, or ink of its own component, the `i`th of `all`.
    fn holds_writing(&self, all: &[Component], i: usize) -> bool {
        let is_inside = |x: f32, y: f32| {
            let (x, y) = (x as i32 - self.left, y as i32 - self.top);
            let pixel = u32::try_from(x).ok().zip(u32::try_from(y).ok());
            pixel.is_some_and(|(x, y)| self.mask.get_pixel_checked(x, y).is_some_and(|pixel| pixel.0[0] > 0))
        };
        let min_height = self.tuning.min_writing_letters * self.scale.letter;
        let is_letter = |c: &Component| c.height() >= min_height && is_inside(c.middle_x(), c.middle_y());
        let is_other = |(at, c): (usize, &Component)| at != i && is_letter(c);
        all.iter().enumerate().any(is_other) || self.has_touching_words()
    }

    /// Whether its inside is wide and holds words that touch the enclosure.
    fn has_touching_words(&self) -> bool {
        self.inside.width() >= self.tuning.min_touched_inside_letters * self.scale.letter
            && components(&self.own_ink(|x, y| is_set(&self.mask, x, y))).iter().any(|part| self.looks_written(part))
    }

    /// Whether ink that touches an enclosure looks like a word.
    fn looks_written(&self, part: &Component) -> bool {
        part.height() >= self.tuning.min_writing_letters * self.scale.letter
            && part.runs.len() as f32 >= self.tuning.min_crossings * part.height()
            && part.density() >= self.tuning.min_writing_density
    }

    /// The component's ink where `is_wanted`.
    fn own_ink(&self, is_wanted: impl Fn(u32, u32) -> bool) -> GrayImage {
        GrayImage::from_fn(self.ink.width(), self.ink.height(), |x, y| {
            Luma([if is_set(&self.ink, x, y) && is_wanted(x, y) { 255 } else { 0 }])
        })
    }

    /// The component's ink around the inside.
    fn stroke(&self) -> GrayImage {
        let near = dilate(&self.mask, Norm::LInf, self.reach);
        self.own_ink(|x, y| is_set(&near, x, y) && !is_set(&self.mask, x, y))
    }

    /// The ink of the curve: its stroke and, unless it looks written, ink that reaches no further in or out than loose
    /// ends and second turns of the stroke do.
    fn curve(&self, stroke: &GrayImage) -> GrayImage {
        let around = dilate(&self.mask, Norm::LInf, self.reach.saturating_add(self.loose));
        let deep_inside = erode(&self.mask, Norm::LInf, self.loose);
        let mut curve = stroke.clone();
        let is_loose = |x: u32, y: u32| is_set(&around, x, y) && !is_set(&deep_inside, x, y);
        for part in components(&self.own_ink(|x, y| !is_set(&curve, x, y))) {
            let pixels = || part.runs.iter().flat_map(|run| (run.start..run.end).map(|x| (x, run.y)));
            if pixels().all(|(x, y)| is_loose(x, y)) && !self.looks_written(&part) {
                pixels().for_each(|(x, y)| curve.put_pixel(x, y, Luma([255])));
            }
        }
        curve
    }

    /// Takes strokes out of the curve that cross its own stroke and are darker, as writing under the ring of a cup is.
    fn leave_darker_strokes(&self, curve: &mut GrayImage, stroke: &GrayImage, working: &WorkingPage) {
        let darkness = |x: u32, y: u32| {
            let at = self.working_from_cut_out(x, y);
            at.and_then(|(x, y)| working.gray().get_pixel_checked(x, y)).map_or(0, |pixel| 255 - pixel.0[0])
        };
        let of_curve: Vec<u8> =
            stroke.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] > 0).map(|(x, y, _)| darkness(x, y)).collect();
        if of_curve.is_empty() {
            return;
        }
        let limit = self.tuning.min_crossing_darkness_ratio * f32::from(Histogram::of(&of_curve).quantile(0.5));
        for crossing in components(&self.own_ink(|x, y| f32::from(darkness(x, y)) > limit)) {
            let pixels = || crossing.runs.iter().flat_map(|run| (run.start..run.end).map(|x| (x, run.y)));
            // Dark places of the stroke itself lie in it as a whole.
            let n_outside = pixels().filter(|&(x, y)| !is_set(stroke, x, y)).count();
            if n_outside as f32 >= self.tuning.min_crossing_outside_fraction * crossing.area as f32 {
                pixels().for_each(|(x, y)| curve.put_pixel(x, y, Luma([0])));
            }
        }
    }

    /// The working pixels of the curve and of its blurred edge, but for other ink.
    fn pixels(&self, working: &WorkingPage) -> Vec<(u32, u32)> {
        let stroke = self.stroke();
        let mut curve = self.curve(&stroke);
        self.leave_darker_strokes(&mut curve, &stroke, working);
        let edged = dilate(&curve, Norm::LInf, 1);
        let is_ink = |x: u32, y: u32| working.ink().get_pixel_checked(x, y).is_none_or(|pixel| pixel.0[0] > 0);
        let erased = edged.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] > 0).filter_map(|(x, y, _)| {
            let (working_x, working_y) = self.working_from_cut_out(x, y)?;
            (is_set(&curve, x, y) || !is_ink(working_x, working_y)).then_some((working_x, working_y))
        });
        erased.collect()
    }

    /// The working pixel of a pixel of the cut-out; `None` left of or above the page.
    fn working_from_cut_out(&self, x: u32, y: u32) -> Option<(u32, u32)> {
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
            let insides = erase(&mut page);
            assert_eq!(insides.len(), 2, "{turns} turns: {insides:?}");
            assert!(insides.iter().any(|inside| inside.contains(Point::new(663.0, 200.0))));
            let n_ink = |page: &GrayImage| page.pixels().filter(|pixel| pixel.0[0] < 128).count();
            let (left, expected) = (n_ink(&page), n_ink(&words));
            assert!(left.abs_diff(expected) < 300, "{turns} turns: {left} pixels are left of {expected}");
        }
    }

    #[test]
    fn writing_under_the_ring_of_a_cup_stays() {
        let mut words = lines();
        let mut page = words.clone();
        ring(&mut page, (260.0, 200.0), (120.0, 110.0), 1.0);
        // The ring is lighter than the writing, which shows through where it crosses.
        for (pixel, word) in page.pixels_mut().zip(words.pixels()) {
            pixel.0[0] = if word.0[0] < 128 { 30 } else { pixel.0[0].max(140) };
        }
        assert_eq!(erase(&mut page).len(), 1);
        let n_lost = page.pixels().zip(words.pixels_mut()).filter(|(a, b)| a.0[0] > 128 && b.0[0] < 128).count();
        assert_eq!(n_lost, 0);
        let n_left = page.pixels().zip(words.pixels()).filter(|(a, b)| a.0[0] < 200 && b.0[0] > 128).count();
        assert!(n_left < 200, "{n_left} pixels of the ring are left");
    }

    /// Erases the page's enclosures and returns their insides.
    fn erase(page: &mut GrayImage) -> Vec<Rect> {
        let mut draft = PageDraft::new(page.clone());
        let insides = erase_enclosures(&mut draft, &EnclosureTuning::default());
        *page = draft.gray().clone();
        insides
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
        assert_eq!(erase(&mut page).len(), 1);
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
        assert_eq!(erase(&mut page), Vec::new());
        assert!(page == before);
        assert_eq!(erase(&mut GrayImage::from_pixel(3, 3, Luma([255]))), Vec::new());
    }
}
