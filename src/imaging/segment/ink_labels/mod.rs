//! What an ink labeller says about a page: where writing is, where drawings are, and where lines run.
//!
//! A labeller is a small network that sees the page at one size of writing. `recognition/engine` runs it; line finding
//! asks through [`InkLabeller`], so that it can be tested without one.

mod strips;

use image::{GrayImage, Luma};

use self::strips::label_in_strips;
use crate::{
    imaging::{
        raster::{
            components::{Component, Run},
            page_side::page_side,
            reduce::shrink,
            sampling::gray_on_paper,
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
        /// Height of small letters on the copy that is labelled, in pixels: that which the labeller has learnt from.
        /// No measurement recorded.
        x_height_px: f32 = 10.5,
        /// Size of the copy at most, in megapixels, for each page of a strip; larger ones are labelled in smaller
        /// writing.
        /// No measurement recorded.
        max_megapixels: f32 = 3.0,
        /// Enlargement of the working page at most, as a ratio.
        /// No measurement recorded.
        max_enlargement_ratio: f32 = 2.0,
        /// The x-height of the lines found to that which the page was labelled for, either way, from which the page is
        /// labelled again.
        /// No measurement recorded.
        relabelling_ratio: f32 = 1.25,
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
    /// The x-height in working pixels that the page was labelled for.
    pub(super) x_height: f32,
}

impl LabelMap {
    /// The mean of a label over a component, 0 to 1.
    fn mean_over(&self, label: &GrayImage, component: &Component) -> f32 {
        let sum: u32 = component.runs.iter().map(|&run| self.sum_over(label, run)).sum();
        sum as f32 / (255 * component.area.max(1)) as f32
    }

    /// The sum of a label's bytes over the pixels of a run.
    fn sum_over(&self, label: &GrayImage, run: Run) -> u32 {
        let row = self.row_of(label, run.y);
        (run.start..run.end).map(|x| u32::from(row[self.column_of(x).min(row.len() - 1)])).sum()
    }

    /// The mean probability that all components of a line are writing.
    pub(super) fn writing_of_all(&self, components: &[Component]) -> f32 {
        let area: u32 = components.iter().map(|component| component.area).sum();
        let sum: f32 = components.iter().map(|c| self.writing_of(c) * c.area as f32).sum();
        sum / area.max(1) as f32
    }

    /// The row of a label in which a row of working pixels lies.
    fn row_of<'a>(&self, label: &'a GrayImage, y: u32) -> &'a [u8] {
        let row = (((y as f32 + 0.5) / self.cell) as usize).min(label.height() as usize - 1);
        let width = label.width() as usize;
        &label.as_raw()[row * width..(row + 1) * width]
    }

    fn column_of(&self, x: u32) -> usize {
        ((x as f32 + 0.5) / self.cell) as usize
    }

    /// The part of the writing among `ink` that lies in cores of lines: about two thirds where lines run across the
    /// page, next to nothing where they run along its height. `None` without writing.
    pub(super) fn part_in_cores<'a>(&self, ink: impl IntoIterator<Item = &'a Component>) -> Option<f32> {
        let (mut writing, mut in_cores) = (0, 0);
        for run in ink.into_iter().flat_map(|component| &component.runs) {
            let written = self.row_of(&self.labels.writing, run.y);
            let core = self.row_of(&self.labels.core, run.y);
            for x in run.start..run.end {
                let column = self.column_of(x).min(written.len() - 1);
                writing += u64::from(written[column]);
                in_cores += u64::from(written[column]) * u64::from(core[column]);
            }
        }
        (writing > 0).then(|| in_cores as f32 / (255 * writing) as f32)
    }

    /// Labels a working page whose small letters are `x_height` working pixels high.
    pub(super) fn of(
        gray: &GrayImage,
        x_height: f32,
        labeller: &dyn InkLabeller,
        tuning: &LabellingTuning,
    ) -> Option<Self> {
        let (width, height) = (gray.width() as f32, gray.height() as f32);
        let n_pages = (width.max(height) / page_side(gray.dimensions()) as f32).max(1.0);
        let largest = (n_pages * tuning.max_megapixels * 1e6 / (width * height)).sqrt();
        let factor = (tuning.x_height_px / x_height).min(largest).min(tuning.max_enlargement_ratio);
        let side = |length: f32| ((length * factor).round() as u32).max(1);
        let (width, height) = (side(width), side(height));
        let padded = |side: u32| side.next_multiple_of(LABEL_MULTIPLE);
        let mut copy = GrayImage::from_pixel(padded(width), padded(height), Luma([255]));
        reduce_into(&mut copy, gray, (width, height), factor);
        let maps = |strip: &GrayImage| {
            labeller.label(strip).map(|InkLabels { writing, core, separator }| [writing, core, separator])
        };
        let most = (tuning.max_megapixels * 1e6) as u32;
        let [writing, core, separator] = label_in_strips(&copy, most, [LABEL_MULTIPLE, LABEL_STRIDE], maps)?;
        Some(Self { labels: InkLabels { writing, core, separator }, cell: LABEL_STRIDE as f32 / factor, x_height })
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
        self.mean_over(&self.labels.writing, component)
    }
}

/// Draws `gray`, reduced to `size`, into the upper left corner of `copy`.
fn reduce_into(copy: &mut GrayImage, gray: &GrayImage, size: (u32, u32), factor: f32) {
    // Interpolation between four pixels would skip some where more than two become one.
    let whole = (1.0 / factor).floor().max(1.0) as u32;
    let shrunk = if whole > 1 { Some(shrink(gray, whole)) } else { None };
    let (source, step) = (shrunk.as_ref().unwrap_or(gray), 1.0 / (factor * whole as f32));
    for y in 0..size.1 {
        for x in 0..size.0 {
            let place = Point::new((x as f32 + 0.5) * step, (y as f32 + 0.5) * step);
            copy.put_pixel(x, y, Luma([gray_on_paper(source, place).round() as u8]));
        }
    }
}

#[cfg(test)]
impl LabelMap {
    /// Labels of a working page of this size, in cells of one pixel: what is writing, where cores and separators are.
    pub(super) fn of_places(
        (width, height): (u32, u32),
        writing: impl Fn(u32, u32) -> bool,
        core: impl Fn(u32, u32) -> bool,
        separator: impl Fn(u32, u32) -> bool,
    ) -> Self {
        let map = |is: &dyn Fn(u32, u32) -> bool| {
            GrayImage::from_fn(width, height, |x, y| Luma([if is(x, y) { 255 } else { 0 }]))
        };
        let labels = InkLabels { writing: map(&writing), core: map(&core), separator: map(&separator) };
        Self { labels, cell: 1.0, x_height: 10.0 }
    }
}
