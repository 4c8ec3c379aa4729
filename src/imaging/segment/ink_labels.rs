//! What an ink labeller says about a page: where writing is, where drawings are, and where lines run.
//!
//! A labeller is a small network that sees the page at one size of writing. `recognition/engine` runs it; line finding
//! asks through [`InkLabeller`], so that it can be tested without one.

use image::{GrayImage, Luma, imageops};

use crate::{
    imaging::{
        raster::{
            components::{Component, Run},
            writing_scale::WritingScale,
        },
        tunable::tunable,
    },
    page::Point,
};

/// Page pixels of the labelled copy to a cell of the labels, each way.
pub const LABEL_STRIDE: u32 = 2;
/// The labelled copy's height and width are multiples of this, in pixels.
pub const LABEL_MULTIPLE: u32 = 32;

tunable! {
    /// Numbers of labelling a page.
    pub struct LabellingTuning {
        /// Height of a letter on the copy that is labelled, in pixels: one and a half of the x-heights that the labeller
        /// has learnt from, 10.5.
        /// No measurement recorded.
        letter_pixels: f32 = 15.5,
        /// Size of the copy at most, in megapixels; larger ones are labelled in smaller writing.
        /// No measurement recorded.
        max_megapixels: f32 = 3.0,
        /// Enlargement of the working page at most, as a ratio.
        /// No measurement recorded.
        max_enlargement_ratio: f32 = 2.0,
        /// Letter height of what was labelled as writing to that expected, either way, from which the page is labelled
        /// again in its right size.
        /// No measurement recorded.
        relabelling_ratio: f32 = 1.35,
    }
}

/// Tells kinds of ink and finds the cores of lines; see [`InkLabels`].
pub trait InkLabeller: Send + Sync {
    /// The labels of `page` (255 paper, dark ink), whose sides are multiples of [`LABEL_MULTIPLE`] and whose small
    /// letters are about 10 pixels high. `None` where nothing can be said; lines are then found by their ink alone.
    fn label(&self, page: &GrayImage) -> Option<InkLabels>;
}

/// A labeller that says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoInkLabels;

impl InkLabeller for NoInkLabels {
    fn label(&self, _page: &GrayImage) -> Option<InkLabels> {
        None
    }
}

/// Labels of a page's cells, each `[row, column]`, as probabilities from 0 to 1 in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InkLabels {
    /// The ink, if there is any, is writing.
    pub writing: GrayImage,
    /// The cell lies in the zone of small letters of a line across the page.
    pub core: GrayImage,
    /// The cell lies between two neighbouring lines, in the core of neither.
    pub separator: GrayImage,
}

/// Labels laid over a working page.
#[derive(Clone, Debug)]
pub(in crate::imaging) struct LabelMap {
    labels: InkLabels,
    /// Side of a cell in working pixels.
    pub(super) cell: f32,
}

impl LabelMap {
    /// Labels a working page whose letters have this scale, and again if what turns out to be writing has another.
    /// Gives the scale of the writing as well.
    pub(super) fn of(
        gray: &GrayImage,
        ink: &[Component],
        scale: WritingScale,
        labeller: &dyn InkLabeller,
        tuning: &LabellingTuning,
    ) -> Option<(Self, WritingScale)> {
        let first = Self::at_scale(gray, scale, labeller, tuning)?;
        let measured = first.scale_of_writing(ink, gray);
        let ratio = measured.map_or(1.0, |measured| measured.letter / scale.letter);
        let Some(measured) = measured else { return Some((first, scale)) };
        if (1.0 / tuning.relabelling_ratio..tuning.relabelling_ratio).contains(&ratio) {
            return Some((first, measured));
        }
        let second = Self::at_scale(gray, measured, labeller, tuning)?;
        let measured = second.scale_of_writing(ink, gray).unwrap_or(measured);
        Some((second, measured))
    }

    fn at_scale(
        gray: &GrayImage,
        scale: WritingScale,
        labeller: &dyn InkLabeller,
        tuning: &LabellingTuning,
    ) -> Option<Self> {
        let (width, height) = (gray.width() as f32, gray.height() as f32);
        let largest = (tuning.max_megapixels * 1e6 / (width * height)).sqrt();
        let factor = (tuning.letter_pixels / scale.letter).min(largest).min(tuning.max_enlargement_ratio);
        let side = |length: f32| ((length * factor).round() as u32).max(1);
        let (width, height) = (side(width), side(height));
        let padded = |side: u32| side.next_multiple_of(LABEL_MULTIPLE);
        let mut copy = GrayImage::from_pixel(padded(width), padded(height), Luma([255]));
        imageops::replace(&mut copy, &imageops::resize(gray, width, height, imageops::Triangle), 0, 0);
        let labels = labeller.label(&copy)?;
        Some(Self { labels, cell: LABEL_STRIDE as f32 / factor })
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.labels.core.width() as usize, self.labels.core.height() as usize)
    }

    /// The core's probability in a cell, 0 to 1.
    pub(super) fn core_of_cell(&self, column: usize, row: usize) -> f32 {
        f32::from(self.labels.core.get_pixel(column as u32, row as u32).0[0]) / 255.0
    }

    /// A label at a place in working pixels, 0 to 1.
    fn at(&self, label: &GrayImage, x: f32, y: f32) -> f32 {
        let place = |length: f32, n: u32| ((length / self.cell) as u32).min(n.saturating_sub(1));
        f32::from(label.get_pixel(place(x, label.width()), place(y, label.height())).0[0]) / 255.0
    }

    pub(super) fn writing_at(&self, x: f32, y: f32) -> f32 {
        self.at(&self.labels.writing, x, y)
    }

    pub(super) fn core_at(&self, x: f32, y: f32) -> f32 {
        self.at(&self.labels.core, x, y)
    }

    pub(super) fn separator_at(&self, x: f32, y: f32) -> f32 {
        self.at(&self.labels.separator, x, y)
    }

    /// Whether ground between lines lies on the way from one place to another, in working pixels.
    pub(super) fn parts(&self, from: Point, to: Point) -> bool {
        let n = ((to.x - from.x).abs() / self.cell) as usize;
        let place = |i: usize| {
            let part = i as f32 / n.max(1) as f32;
            Point::new(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part)
        };
        (0..=n).map(place).any(|place| self.separator_at(place.x, place.y) > 0.5)
    }

    /// The mean probability that a component is writing.
    pub(super) fn writing_of(&self, component: &Component) -> f32 {
        let sum = |run: &Run| {
            (run.start..run.end).map(|x| self.writing_at(x as f32 + 0.5, run.y as f32 + 0.5)).sum::<f32>()
        };
        component.runs.iter().map(sum).sum::<f32>() / component.area.max(1) as f32
    }

    fn scale_of_writing(&self, ink: &[Component], gray: &GrayImage) -> Option<WritingScale> {
        let writing: Vec<Component> = ink.iter().filter(|c| self.writing_of(c) > 0.5).cloned().collect();
        WritingScale::measure(&writing, gray.dimensions())
    }
}
