//! How large files and pages may be. Sizes are checked against these limits before anything is allocated.

/// PDFs and TIFFs with more bytes than this are refused: a file is held in memory while its pages are decoded.
pub(super) const MAX_BOOK_BYTES: u64 = 600_000_000;
/// Files of one picture with more bytes than this are refused: their decoders hold a second copy.
pub(super) const MAX_PICTURE_BYTES: u64 = 200_000_000;
/// Files with more pages than this are refused.
pub(super) const MAX_PAGES: usize = 1000;
/// Pages with more pixels than this are refused: at four bytes a pixel they would need 600 MB.
pub(super) const MAX_PIXELS: u64 = 150_000_000;
/// Pages whose samples take more bytes than this are refused, such as those of 16 bits and four channels.
pub(super) const MAX_DECODED_BYTES: u64 = 600_000_000;
/// Neither side of a page may be longer, in pixels.
pub(super) const MAX_SIDE: u32 = 30_000;

/// Whether a page of this size in pixels exceeds the limits.
pub fn is_too_large(width: u32, height: u32) -> bool {
    width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS
}
