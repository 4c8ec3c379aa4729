//! The side of a page by which it is reduced and divided, so that the writing on a strip is seen as large as on its
//! parts.

/// The side of the image that light and paper are measured on (see [`page_side`]), at most, in pixels.
const MEASURING_SIDE: u32 = 1500;
/// The longer side of a page over the shorter one, at most: a strip is a row of such pages. Above the ratio of all
/// usual sheets and screens.
const MAX_ASPECT: u32 = 2;

/// The side by which a page of this size, in pixels, is reduced: the longer one, but that of a part of it where it is a
/// strip, such as a screenshot of many screens or a panorama. The writing on a strip is as large as on its parts.
pub(crate) fn page_side((width, height): (u32, u32)) -> u32 {
    width.max(height).min(width.min(height).saturating_mul(MAX_ASPECT))
}

/// The least factor that reduces a page of this size, in pixels, to a measuring image.
pub(crate) fn measuring_factor(size: (u32, u32)) -> u32 {
    page_side(size).div_ceil(MEASURING_SIDE).max(1)
}

/// The side of the squares that a measuring image of this size is divided into: `n` along the longer side of one that
/// is no strip.
pub(crate) fn square_side((width, height): (u32, u32), n: u32) -> u32 {
    width.max(height).min(MEASURING_SIDE).div_ceil(n.max(1)).max(1)
}
