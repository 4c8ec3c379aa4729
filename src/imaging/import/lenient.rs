//! Pictures decoded as far as their files go.

use std::cell::Cell;

use image::{ColorType, ImageDecoder, ImageResult};

use super::defect::ImageDefect;

/// The value of pixels that are not there; colours are white and transparency is opaque.
const MISSING: u8 = 255;
/// The value with which the JPEG decoder fills rows that are not there.
const JPEG_FILLING: u8 = 128;

/// A decoder that returns the pixels before a defect, and white behind it.
pub(super) struct Lenient<'a, D> {
    pub(super) decoder: D,
    /// Whether the picture is a JPEG that stops before its end.
    pub(super) is_short_jpeg: bool,
    /// What is missing, after decoding.
    pub(super) defect: &'a Cell<Option<ImageDefect>>,
}

impl<D: ImageDecoder> ImageDecoder for Lenient<'_, D> {
    fn dimensions(&self) -> (u32, u32) {
        self.decoder.dimensions()
    }

    fn color_type(&self) -> ColorType {
        self.decoder.color_type()
    }

    fn read_image(self, pixels: &mut [u8]) -> ImageResult<()> {
        // Of samples of two bytes, decoders put the bytes in order at the very end.
        let is_in_order = self.color_type().bytes_per_pixel() == self.color_type().channel_count();
        let row_len = pixels.len() / (self.dimensions().1 as usize).max(1);
        pixels.fill(MISSING);
        if let Err(error) = self.decoder.read_image(pixels) {
            if !is_in_order || pixels.iter().all(|&value| value == MISSING) {
                return Err(error);
            }
            self.defect.set(Some(ImageDefect::PixelsMissing));
        }
        if self.is_short_jpeg {
            let filled = pixels.iter().rev().take_while(|&&value| value == JPEG_FILLING).count();
            let whole_rows = filled / row_len.max(1) * row_len;
            if whole_rows > 0 {
                let n_pixels = pixels.len();
                pixels[n_pixels - whole_rows..].fill(MISSING);
                self.defect.set(Some(ImageDefect::PixelsMissing));
            }
        }
        Ok(())
    }

    fn read_image_boxed(self: Box<Self>, pixels: &mut [u8]) -> ImageResult<()> {
        (*self).read_image(pixels)
    }
}
