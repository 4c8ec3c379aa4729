//! The picture of a PDF's page: the file's own where it can be kept, or a JPEG of the pixels that were read.

use hayro_write::{ChunkSettings, ExtractionQuery, extract};
use image::{RgbImage, codecs::jpeg::JpegEncoder, metadata::Orientation};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Ref};

use crate::{
    formats::{error::ExportError, export::PagePicture},
    imaging::PackedPicture,
};

/// The name of the picture in a page's resources.
pub(super) const PICTURE: Name<'static> = Name(b"Picture");
/// JPEG quality of pictures that are not kept, 1 to 100. No measurement recorded.
const JPEG_QUALITY: u8 = 85;

/// A picture that was written: its object, and how it is drawn onto the page.
pub(super) struct WrittenPicture {
    pub(super) id: Ref,
    /// From the picture's own space to points.
    transform: [f32; 6],
}

impl WrittenPicture {
    pub(super) fn draw(&self, content: &mut Content) {
        content.save_state().transform(self.transform).x_object(PICTURE).restore_state();
    }
}

/// Writes the picture of a page of this width and height in points; `next` is the next free object.
pub(super) fn write_picture(
    pdf: &mut Pdf,
    next: &mut Ref,
    name: &str,
    picture: &PagePicture<'_>,
    size: [f32; 2],
) -> Result<WrittenPicture, ExportError> {
    match &picture.origin.picture {
        Some(PackedPicture::Page { file, index, points_per_unit }) => {
            if let Some(id) = write_page(pdf, next, file, *index) {
                let unit = *points_per_unit;
                return Ok(WrittenPicture { id, transform: [unit, 0.0, 0.0, unit, 0.0, 0.0] });
            }
        }
        Some(PackedPicture::Jpeg { bytes, width, height, n_channels, is_inverted, orientation }) => {
            let id = next.bump();
            write_jpeg(pdf, id, bytes, [*width, *height], *n_channels, *is_inverted);
            return Ok(WrittenPicture { id, transform: transform(*orientation, size) });
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
            return Ok(WrittenPicture { id, transform: transform(*orientation, size) });
        }
        None => {}
    }
    let id = next.bump();
    write_jpeg(pdf, id, &jpeg(name, picture.pixels)?, [picture.pixels.width(), picture.pixels.height()], 3, false);
    Ok(WrittenPicture { id, transform: transform(Orientation::NoTransforms, size) })
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
