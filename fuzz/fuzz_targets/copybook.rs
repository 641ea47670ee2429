//! Any text is a schema that keeps its own rules and whose kernels agree, or an error that can be
//! shown.
#![no_main]

use copybook_decode::Schema;
use copybook_decode_fuzz::{
    assert_kernels_agree_about, assert_promises, copybook_options as options,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // The first byte draws what a caller may say about the text.
    let drawn = data.first().copied().unwrap_or_default();
    match Schema::parse_bytes(data, &options(drawn)) {
        Ok(schema) => {
            assert_promises(&schema);
            // Bytes that nobody made for this copybook, but that change with it.
            assert_kernels_agree_about(&schema, data);
        }
        Err(error) => assert!(error.to_string().lines().count() == 4),
    }
});
