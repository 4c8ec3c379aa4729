//! The image of one text line, cropped from a page or opened from a file.

use std::path::Path;

use image::{DynamicImage, GrayImage, RgbImage};

use crate::imaging::{import::error::ImageError, page_image::PageImage};

/// One text line in grey, any polarity, any size. Pixels outside the line's outline have been set to paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineImage {
    /// Luminance, 0 black to 255 white.
    pub pixels: GrayImage,
}

impl LineImage {
    /// The line turned by 180°.
    #[must_use]
    pub fn turned_over(&self) -> Self {
        Self { pixels: image::imageops::rotate180(&self.pixels) }
    }

    /// Opens the image of one line, upright, with transparent pixels as paper.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        Ok(Self::from_rgb(&PageImage::open(path)?.pixels))
    }

    /// A line from grey pixels.
    pub const fn from_gray(pixels: GrayImage) -> Self {
        Self { pixels }
    }

    /// A line from a colour image, made grey so that coloured markers stay legible.
    pub fn from_rgb(image: &RgbImage) -> Self {
        Self { pixels: crate::imaging::page_image::legible_gray(image) }
    }

    /// A line from any decoded image.
    pub fn from_image(image: &DynamicImage) -> Self {
        if image.color().has_color() { Self::from_rgb(&image.to_rgb8()) } else { Self::from_gray(image.to_luma8()) }
    }
}
