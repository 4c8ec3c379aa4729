//! The source of a page's pixels, and the pixels: decoded, adjusted or drawn.

use std::{sync::Arc, time::Instant};

use eframe::egui::{Context, TextureHandle};
use image::DynamicImage;

use crate::{
    app::{
        state::{document::Document, file_page::FilePage},
        ui::texture::thumbnail,
    },
    imaging::{DecodedPage, PageAdjustments, PageFile, PageImage},
    ink::{Stroke, rasterize, rasterize_in_color},
    storage::{ContentHash, Project},
};

/// A page's pixels, ready to be shown or read.
pub(crate) struct Decoded {
    /// As opened.
    pub(crate) original: Arc<PageImage>,
    /// The adjustments applied, and the size after them.
    pub(crate) adjustments: PageAdjustments,
    pub(crate) size: (u32, u32),
    pub(crate) thumbnail: TextureHandle,
    /// Time from file to pixels; `None` if they were loaded already.
    pub(crate) decode_ms: Option<f32>,
    /// What is missing of a page of a file that was decoded as far as it goes, as a sentence.
    pub(crate) defect: Option<String>,
}

/// The source of a page's pixels.
pub(crate) enum PageSource {
    Image(ImageSource),
    Ink { strokes: Vec<Stroke>, width: u32, height: u32 },
}

impl PageSource {
    /// The page of a file whose pixels are shown as they are.
    pub(super) fn unchanged_file(&self) -> Option<FilePage> {
        match self {
            Self::Image(source) if source.adjustments.keeps_geometry() => source.file.clone().filter(is_as_opened),
            _ => None,
        }
    }
}

/// Pixels to be adjusted: those loaded, or a page of a file.
pub(crate) struct ImageSource {
    pub(crate) loaded: Option<Arc<PageImage>>,
    pub(crate) file: Option<FilePage>,
    pub(crate) name: String,
    pub(crate) adjustments: PageAdjustments,
}

impl ImageSource {
    /// Decodes the page unless it is loaded, and adjusts it.
    fn pixels(&self) -> Result<Pixels, String> {
        let start = Instant::now();
        let mut defect = None;
        let (original, decode_ms) = match (&self.loaded, &self.file) {
            (Some(image), _) => (Arc::clone(image), None),
            (None, Some(file)) => {
                let decoded = open_file(file, &self.name)?.decode(file.index);
                let DecodedPage { image, defect: of_file } = decoded.map_err(|error| error.to_string())?;
                defect = of_file.map(|defect| format!("{}: {defect}", self.name));
                (Arc::new(image), Some(start.elapsed().as_secs_f32() * 1e3))
            }
            (None, None) => return Err(format!("The pixels of {} are gone", self.name)),
        };
        let adjusted = if self.adjustments.keeps_geometry() {
            Arc::clone(&original)
        } else {
            Arc::new(self.adjustments.apply(&original))
        };
        Ok(Pixels { original, adjusted, decode_ms, defect })
    }

    /// Decodes the page: the part that the window keeps, and the adjusted pixels.
    pub(super) fn load(self, ctx: &Context) -> Result<(Decoded, Arc<PageImage>), String> {
        let Pixels { original, adjusted, decode_ms, defect } = self.pixels()?;
        let thumbnail = thumbnail(ctx, &self.name, &adjusted.pixels);
        let size = (adjusted.width(), adjusted.height());
        Ok((Decoded { original, adjustments: self.adjustments, size, thumbnail, decode_ms, defect }, adjusted))
    }
}

/// The file that a page was opened from. One that has other bytes now holds another picture, and is refused unless a
/// project holds a copy of it as it was.
fn open_file(file: &FilePage, name: &str) -> Result<PageFile, String> {
    let now = ContentHash::of_file(&file.path).ok();
    let is_same = file.content.is_none() || now == file.content;
    match &file.inside {
        Some(inside) if !is_same => {
            let bytes = Project::picture(&inside.project, &inside.entry);
            let bytes = bytes.map_err(|error| format!("{} in {}: {error}", name, inside.project.display()))?;
            PageFile::from_bytes(bytes, &file.path).map_err(|error| error.to_string())
        }
        _ if !is_same && now.is_some() => {
            Err(format!("{name} is another picture now than when it was opened: open it again"))
        }
        _ => PageFile::open(&file.path).map_err(|error| error.to_string()),
    }
}

/// Whether the file at the page's path still has the bytes that were opened.
fn is_as_opened(file: &FilePage) -> bool {
    file.content.is_some() && ContentHash::of_file(&file.path).ok() == file.content
}

/// A page as opened and as adjusted.
struct Pixels {
    original: Arc<PageImage>,
    adjusted: Arc<PageImage>,
    /// Time from file to pixels; `None` if they were loaded already.
    decode_ms: Option<f32>,
    defect: Option<String>,
}

/// The source of a page's pixels as they are read; `None` while the page is being decoded.
pub(crate) fn source_of(document: &Document, is_being_decoded: bool) -> Option<PageSource> {
    if let Some(drawing) = &document.drawing {
        let (width, height) = (document.page.width, document.page.height);
        return Some(PageSource::Ink { strokes: drawing.strokes().to_vec(), width, height });
    }
    let is_there = document.picture.image.is_some() || (document.file().is_some() && !is_being_decoded);
    is_there.then(|| PageSource::Image(image_source(document, document.adjustments)))
}

/// The source of an image's pixels, with `adjustments` to be applied.
pub(crate) fn image_source(document: &Document, adjustments: PageAdjustments) -> ImageSource {
    ImageSource {
        loaded: document.picture.image.clone(),
        file: document.file().cloned(),
        name: document.name.clone(),
        adjustments,
    }
}

/// The pixels of a page as they are read.
pub(crate) fn page_image(source: PageSource) -> Result<Arc<PageImage>, String> {
    match source {
        PageSource::Ink { strokes, width, height } => Ok(drawn(&strokes, width, height)),
        PageSource::Image(source) => Ok(source.pixels()?.adjusted),
    }
}

/// The pixels of a page as people see them: a sheet's ink has its colours.
pub(crate) fn page_picture(source: PageSource) -> Result<Arc<PageImage>, String> {
    match source {
        PageSource::Ink { strokes, width, height } => {
            Ok(Arc::new(PageImage { pixels: rasterize_in_color(&strokes, width, height) }))
        }
        PageSource::Image(_) => page_image(source),
    }
}

/// The pixels of a sheet of `width` × `height` page pixels as they are read: all ink is dark.
pub(super) fn drawn(strokes: &[Stroke], width: u32, height: u32) -> Arc<PageImage> {
    let ink = rasterize(strokes, width, height);
    Arc::new(PageImage::from_image(&DynamicImage::ImageLuma8(ink)))
}
