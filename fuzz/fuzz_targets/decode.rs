//! Any bytes, with any options: every kernel gives the same records, report and error.
#![no_main]

use copybook_decode_fuzz::assert_kernels_agree;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, [u8; 8], &[u8])| {
    let (copybook, choices, data) = input;
    assert_kernels_agree(copybook, choices, data);
});
