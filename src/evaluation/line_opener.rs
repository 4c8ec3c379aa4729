//! Opens the images of a set's lines: files of their own, or cut from pages.

use std::path::PathBuf;

use super::line_set::LabelledLine;
use crate::{
    imaging::{ImageError, LineImage, PageImage, PreparedPage, crop_line, prepare},
    page::{Baseline, LineId, Point, Rect, TextLine},
};

/// Where a line stands on its page.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceOnPage {
    /// The polygon around it, closed implicitly.
    pub outline: Vec<Point>,
    /// May be empty.
    pub baseline: Baseline,
    /// Width and height that both are measured in; `None` for the image's own pixels.
    pub page_size: Option<(f32, f32)>,
}

impl PlaceOnPage {
    /// The line on a page image of this size.
    fn line(&self, (width, height): (u32, u32)) -> TextLine {
        let (width, height) = (width as f32, height as f32);
        let (stated_width, stated_height) = self.page_size.unwrap_or((width, height));
        let scaled = |p: &Point| Point::new(p.x * width / stated_width, p.y * height / stated_height);
        let outline: Vec<Point> = self.outline.iter().map(scaled).collect();
        TextLine {
            id: LineId(0),
            bounds: Rect::around(outline.iter().copied()).unwrap_or_default(),
            outline,
            baseline: Baseline(self.baseline.0.iter().map(scaled).collect()),
            x_height: 0.0,
            marker: None,
            transcription: None,
            correction: None,
        }
    }
}

/// Opens one line image after the other. Keeps the last page, since a page's lines follow each other.
#[derive(Debug, Default)]
pub struct LineOpener {
    page: Option<(PathBuf, PreparedPage)>,
}

impl LineOpener {
    /// The image of `line`, cut as the window cuts it where it stands on a page.
    pub fn open(&mut self, line: &LabelledLine) -> Result<LineImage, ImageError> {
        let Some(place) = &line.place else { return LineImage::open(&line.path) };
        if self.page.as_ref().is_none_or(|(path, _)| *path != line.path) {
            self.page = Some((line.path.clone(), prepare(&PageImage::open(&line.path)?)));
        }
        let cut = self.page.as_ref().map(|(_, page)| crop_line(page, &place.line(page.gray().dimensions())));
        // The page has just been opened; were it gone, the image itself would be what is left.
        cut.map_or_else(|| LineImage::open(&line.path), Ok)
    }
}
