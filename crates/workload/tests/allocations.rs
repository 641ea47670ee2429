//! How often our own decoder asks for memory. Counted with an allocator of this test's own, so that no
//! program that is measured or shipped pays for the counting.
//!
//! A test program of its own with one test: an allocator counts for all threads of a process.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use workload::Workload;
use workload::copybook_decode::decode::Report;
use workload::copybook_decode::{DecodeOptions, Decoder, Schema};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Allocations, and bytes asked for, while `run` runs; growing a buffer counts too.
fn counted(run: impl FnOnce()) -> (usize, usize) {
    let region = Region::new(COUNTED);
    run();
    let change = region.change();
    (
        change.allocations + change.reallocations,
        change.bytes_allocated,
    )
}

#[test]
fn records_are_decoded_without_asking_for_memory() {
    // The counter counts.
    assert!(counted(|| drop(std::hint::black_box(vec![0_u8; 100]))).0 >= 1);
    println!("allocations of the decoder, its output buffer being there already:");
    for set in Workload::all(1_000_000) {
        let schema = Schema::parse(&set.copybook()).expect("a copybook");
        let decoder = Decoder::new(&schema, &DecodeOptions::default()).expect("a decoder");
        let (data, mut out) = (set.data(), Vec::new());
        let mut decode = |data: &[u8]| {
            out.clear();
            let mut report = Report::default();
            let decoded = decoder.decode_fixed(data, &mut out, &mut report);
            decoded.expect("right records");
            assert_eq!(report.errors.len(), 0);
        };
        decode(&data);
        let (all, bytes) = counted(|| decode(&data));
        let half = data.len() / set.record_length() / 2 * set.record_length();
        let (of_half, _) = counted(|| decode(&data[..half]));
        let per_record = all as f64 / set.records as f64;
        println!(
            "{:14} {:6} records: {all} allocations of {bytes} bytes, {per_record:.4} a record",
            set.name, set.records
        );
        // What is asked for once a call is no matter; what grows with the records is.
        assert_eq!(
            all, of_half,
            "{}: allocations grow with the records",
            set.name
        );
        assert!(per_record < 0.1, "{}: {per_record} a record", set.name);
    }
}
