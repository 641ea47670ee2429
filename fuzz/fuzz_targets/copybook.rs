//! Any text is a schema that keeps its own rules, or an error that can be shown.
#![no_main]

use copybook_decode::Schema;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match Schema::parse(&String::from_utf8_lossy(data)) {
        Ok(schema) => schema.check().unwrap(),
        Err(error) => assert!(error.to_string().lines().count() == 4),
    }
});
