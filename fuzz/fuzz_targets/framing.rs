//! Any bytes in any format: every way in, from memory or a stream, on one thread or more, gives the
//! same records and lines, and ends alike.
#![no_main]

use copybook_decode_fuzz::{assert_walks_agree, assert_ways_in_agree, format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 4], u8, bool, &[u8])| {
    let (choice, capacity, little, data) = input;
    let format = format(choice, little);
    assert_walks_agree(format, data, capacity.into());
    assert_ways_in_agree(&format, data);
});
