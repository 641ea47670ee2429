//! Any bytes in any format: memory and stream give the same records, and end alike.
#![no_main]

use copybook_decode_fuzz::{assert_walks_agree, format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 4], u8, bool, &[u8])| {
    let (choice, capacity, little, data) = input;
    assert_walks_agree(format(choice, little), data, capacity.into());
});
