//! Any text is a schema that keeps its own rules and whose kernels agree, or an error that can be
//! shown.
#![no_main]

use copybook_decode::Schema;
use copybook_decode_fuzz::assert_kernels_agree_about;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match Schema::parse(&String::from_utf8_lossy(data)) {
        Ok(schema) => {
            schema.check().unwrap();
            // Bytes that nobody made for this copybook, but that change with it.
            assert_kernels_agree_about(&schema, data);
        }
        Err(error) => assert!(error.to_string().lines().count() == 4),
    }
});
