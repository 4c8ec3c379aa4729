//! JPEG 2000, the scans of libraries and archives: codestreams, bare or in JP2 files (ISO/IEC 15444-1).

use std::path::Path;

use hayro_jpeg2000::{ColorSpace, DecodeError, DecodeSettings, DecoderContext, Image};
use image::{DynamicImage, GrayAlphaImage, GrayImage, Rgb, RgbImage, RgbaImage};

use super::{
    defect::ImageDefect,
    error::{ImageError, check_size},
};

/// What JP2 files begin with.
const JP2: &[u8] = b"\0\0\0\x0cjP  \r\n\x87\n";
/// What codestreams begin with.
const START_OF_CODESTREAM: &[u8] = b"\xff\x4f\xff\x51";
/// What whole codestreams end with.
const END_OF_CODESTREAM: &[u8] = b"\xff\xd9";

/// Whether a file that begins with `head` is a JPEG 2000 picture.
pub(super) fn is_jpeg2000(head: &[u8]) -> bool {
    head.starts_with(JP2) || head.starts_with(START_OF_CODESTREAM)
}

/// Decodes the picture as far as its file goes, with 8 bits a sample.
pub(super) fn decode(bytes: &[u8], path: &Path) -> Result<(DynamicImage, Option<ImageDefect>), ImageError> {
    let is_whole = codestream(bytes).is_some_and(|stream| stream.ends_with(END_OF_CODESTREAM));
    Ok((pixels(bytes, path)?, (!is_whole).then_some(ImageDefect::EndMissing)))
}

/// The file's codestream; `None` where it ends before that does.
fn codestream(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    while !rest.starts_with(START_OF_CODESTREAM) {
        let (head, behind) = rest.split_at_checked(8)?;
        let length = u32::from_be_bytes(*head.first_chunk()?);
        // 0 stands for the rest of the file, 1 for a length of 64 bits behind the kind.
        let (content, behind) = match length {
            0 => (behind, &[][..]),
            1 => {
                let (long, behind) = behind.split_first_chunk()?;
                behind.split_at_checked(usize::try_from(u64::from_be_bytes(*long)).ok()?.checked_sub(16)?)?
            }
            length => behind.split_at_checked((length as usize).checked_sub(8)?)?,
        };
        if head.ends_with(b"jp2c") {
            return Some(content);
        }
        rest = behind;
    }
    Some(rest)
}

fn pixels(bytes: &[u8], path: &Path) -> Result<DynamicImage, ImageError> {
    let of_decoder = |error: DecodeError| ImageError::damaged(path, error.to_string());
    let picture = Image::new(bytes, &DecodeSettings::default()).map_err(of_decoder)?;
    let (width, height) = (picture.width(), picture.height());
    check_size(path, width, height)?;
    let mut context = DecoderContext::default();
    let samples = picture.decode(&mut context).map_err(of_decoder)?.data_u8();
    let is_cmyk = matches!(picture.color_space(), ColorSpace::CMYK);
    let image = match (picture.color_space().num_channels(), picture.has_alpha()) {
        (1, false) => GrayImage::from_raw(width, height, samples).map(DynamicImage::from),
        (1, true) => GrayAlphaImage::from_raw(width, height, samples).map(DynamicImage::from),
        (3, false) => RgbImage::from_raw(width, height, samples).map(DynamicImage::from),
        (3, true) => RgbaImage::from_raw(width, height, samples).map(DynamicImage::from),
        (4, false) if is_cmyk => RgbaImage::from_raw(width, height, samples).map(|image| from_cmyk(&image).into()),
        (n, _) => {
            let reason = format!("colours of {n} channels");
            return Err(ImageError::Unsupported { path: path.to_owned(), reason });
        }
    };
    image.ok_or_else(|| ImageError::damaged(path, "it has fewer samples than it says it has"))
}

/// Light that is left by cyan, magenta, yellow and black, which stand in the four channels.
fn from_cmyk(image: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [inks @ .., black] = image.get_pixel(x, y).0;
        Rgb(inks.map(|ink| (u32::from(255 - ink) * u32::from(255 - black) / 255) as u8))
    })
}
