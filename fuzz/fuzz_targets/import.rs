//! Any bytes are imported without harm.
#![no_main]

use libfuzzer_sys::fuzz_target;
use longhand::imaging::PageFile;

#[path = "../../tests/support/import_target.rs"]
mod import_target;

fuzz_target!(|bytes: &[u8]| import_target::import_bytes(bytes));
