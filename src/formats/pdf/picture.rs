//! The picture of a PDF's page: the file's own where it can be kept, ink as paths, or a JPEG of the pixels that were
//! read.

use hayro_write::{ChunkSettings, ExtractionQuery, extract};
use image::{RgbImage, codecs::jpeg::JpegEncoder, metadata::Orientation};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Ref};

use super::ink::draw_sheet;
use crate::{
    formats::{InkSheet, error::ExportError, export::PagePicture},
    imaging::PackedPicture,
};

/// The name of the picture in a page's resources.
pub(super) const PICTURE: Name<'static> = Name(b"Picture");
/// JPEG quality of pictures that are not kept, 1 to 100. No measurement recorded.
const JPEG_QUALITY: u8 = 85;

/// A picture that was written: how it is drawn onto the page.
pub(super) enum WrittenPicture<'a> {
    /// An object.
    Object {
        id: Ref,
        /// From the picture's own space to points.
        transform: [f32; 6],
        /// Whether it keeps the rules of PDF/A-2b.
        is_archival: bool,
    },
    /// Ink is drawn onto the page itself.
    Ink(&'a InkSheet),
}

impl WrittenPicture<'_> {
    pub(super) const fn object(&self) -> Option<Ref> {
        match self {
            Self::Object { id, .. } => Some(*id),
            Self::Ink(_) => None,
        }
    }

    pub(super) const fn is_archival(&self) -> bool {
        match self {
            Self::Object { is_archival, .. } => *is_archival,
            Self::Ink(_) => true,
        }
    }

    /// Draws it onto a page of `height` points; `scale` is points to a pixel, across and down.
    pub(super) fn draw(&self, content: &mut Content, scale: [f32; 2], height: f32) {
        match self {
            Self::Object { transform, .. } => {
                content.save_state().transform(*transform).x_object(PICTURE).restore_state();
            }
            Self::Ink(sheet) => draw_sheet(content, sheet, scale, height),
        }
    }
}

/// Writes the picture of a page of this width and height in points; `next` is the next free object.
pub(super) fn write_picture<'a>(
    pdf: &mut Pdf,
    next: &mut Ref,
    name: &str,
    picture: &PagePicture<'a>,
    size: [f32; 2],
) -> Result<WrittenPicture<'a>, ExportError> {
    match &picture.origin.picture {
        Some(PackedPicture::Page { file, index, points_per_unit }) => {
            if let Some(id) = write_page(pdf, next, file, *index) {
                let unit = *points_per_unit;
                let transform = [unit, 0.0, 0.0, unit, 0.0, 0.0];
                // Nobody knows what that file does.
                return Ok(WrittenPicture::Object { id, transform, is_archival: false });
            }
        }
        Some(PackedPicture::Jpeg { bytes, width, height, n_channels, is_inverted, orientation }) => {
            let id = next.bump();
            write_jpeg(pdf, id, bytes, [*width, *height], *n_channels, *is_inverted);
            // Inks of a printer have no meaning where the file's colours are those of screens.
            let is_archival = *n_channels != 4;
            return Ok(WrittenPicture::Object { id, transform: transform(*orientation, size), is_archival });
        }
        Some(PackedPicture::Fax { bytes, width, height, is_black_1, orientation }) => {
            let id = next.bump();
            let mut image = pdf.image_xobject(id, bytes);
            image.width(*width as i32).height(*height as i32).bits_per_component(1);
            image.color_space().device_gray();
            image.filter(Filter::CcittFaxDecode);
            let mut parameters = image.decode_parms();
            // Below 0 for group 4.
            parameters.k(-1).columns(*width as i32).rows(*height as i32).black_is_1(*is_black_1);
            parameters.finish();
            image.finish();
            return Ok(WrittenPicture::Object { id, transform: transform(*orientation, size), is_archival: true });
        }
        Some(PackedPicture::Ink(sheet)) => return Ok(WrittenPicture::Ink(sheet)),
        None => {}
    }
    let id = next.bump();
    write_jpeg(pdf, id, &jpeg(name, picture.pixels)?, [picture.pixels.width(), picture.pixels.height()], 3, false);
    let transform = transform(Orientation::NoTransforms, size);
    Ok(WrittenPicture::Object { id, transform, is_archival: true })
}

fn write_jpeg(pdf: &mut Pdf, id: Ref, bytes: &[u8], [width, height]: [u32; 2], n_channels: u8, is_inverted: bool) {
    let mut image = pdf.image_xobject(id, bytes);
    image.width(width as i32).height(height as i32).bits_per_component(8);
    image.filter(Filter::DctDecode);
    match n_channels {
        1 => image.color_space().device_gray(),
        4 => image.color_space().device_cmyk(),
        _ => image.color_space().device_rgb(),
    }
    if is_inverted {
        image.decode([1.0, 0.0].repeat(usize::from(n_channels)));
    }
    image.finish();
}

/// A page of another PDF, upright, as an object of its own; `None` where it cannot be taken over.
fn write_page(pdf: &mut Pdf, next: &mut Ref, file: &hayro::hayro_syntax::Pdf, index: usize) -> Option<Ref> {
    let queries = [ExtractionQuery::new_xobject(index)];
    let extracted = extract(file, Box::new(|| next.bump()), ChunkSettings::default(), &queries).ok()?;
    let id = (*extracted.root_refs.first()?).ok()?;
    pdf.extend(&extracted.chunk);
    Some(id)
}

/// From the unit square, in which PDF draws a picture, to a page of this width and height in points, turned upright.
fn transform(orientation: Orientation, [width, height]: [f32; 2]) -> [f32; 6] {
    match orientation {
        Orientation::NoTransforms => [width, 0.0, 0.0, height, 0.0, 0.0],
        Orientation::FlipHorizontal => [-width, 0.0, 0.0, height, width, 0.0],
        Orientation::FlipVertical => [width, 0.0, 0.0, -height, 0.0, height],
        Orientation::Rotate180 => [-width, 0.0, 0.0, -height, width, height],
        Orientation::Rotate90 => [0.0, -height, width, 0.0, 0.0, height],
        Orientation::Rotate270 => [0.0, height, -width, 0.0, width, 0.0],
        Orientation::Rotate90FlipH => [0.0, -height, -width, 0.0, width, height],
        Orientation::Rotate270FlipH => [0.0, height, width, 0.0, 0.0, 0.0],
    }
}

fn jpeg(name: &str, pixels: &RgbImage) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::new();
    let packed = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(pixels);
    packed.map_err(|source| ExportError::Picture { name: name.to_owned(), source })?;
    Ok(bytes)
}
