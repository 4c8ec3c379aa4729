//! What fuzzing and the tests of damaged files have in common: any bytes are imported without harm.

use std::path::Path;

use super::PageFile;

/// Imports `bytes` as a file and decodes its first pages. Refusals are fine, pages have to have pixels.
pub(super) fn import_bytes(bytes: &[u8]) {
    let Ok(file) = PageFile::from_bytes(bytes.to_vec(), Path::new("page")) else { return };
    for index in 0..file.n_pages().min(3) {
        if let Ok(page) = file.page(index) {
            assert!(page.width() > 0 && page.height() > 0);
            assert_eq!(page.pixels.as_raw().len() as u64, 3 * u64::from(page.width()) * u64::from(page.height()));
        }
    }
}
