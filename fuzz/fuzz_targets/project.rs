//! Projects: any bytes are opened without harm.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/support/text_targets.rs"]
#[expect(dead_code, reason = "each target uses one of its functions")]
mod text_targets;

fuzz_target!(|bytes: &[u8]| text_targets::project_bytes(bytes));
