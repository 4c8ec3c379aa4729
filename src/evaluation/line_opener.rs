//! Opens the line images of a set: files of their own, or crops of pages.

use std::path::PathBuf;

use super::line_set::{LabelledLine, PlaceOnPage};
use crate::{
    imaging::{ImageError, LineImage, PageFile, PreparedPage, crop_line, prepare},
    jobs::{Panicked, contain},
    page::{Baseline, LineId, Point, Rect, TextLine},
};

impl PlaceOnPage {
    /// The line on a page image of this size in pixels.
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
            is_checked: false,
        }
    }
}

fn defect(line: &LabelledLine, source: Panicked) -> ImageError {
    ImageError::Defect { path: line.path.clone(), source }
}

/// Opens line images in sequence. Caches the last page, because the lines of a page are adjacent in a set.
#[derive(Debug, Default)]
pub struct LineOpener {
    page: Option<((PathBuf, Option<usize>), PreparedPage)>,
}

impl LineOpener {
    /// The image of `line`; of a line on a page, the crop that the page reader would make.
    pub fn open(&mut self, line: &LabelledLine) -> Result<LineImage, ImageError> {
        let Some(place) = &line.place else { return LineImage::open(&line.path) };
        let wanted = (line.path.clone(), place.page);
        if self.page.as_ref().is_none_or(|(opened, _)| *opened != wanted) {
            let image = PageFile::open(&line.path)?.page_numbered(place.page)?;
            let prepared = contain(|| prepare(&image)).map_err(|source| defect(line, source))?;
            self.page = Some((wanted, prepared));
        }
        // The page is always there; without it the image itself is the fallback.
        let Some((_, page)) = &self.page else { return LineImage::open(&line.path) };
        contain(|| crop_line(page, &place.line(page.gray().dimensions()))).map_err(|source| defect(line, source))
    }
}
