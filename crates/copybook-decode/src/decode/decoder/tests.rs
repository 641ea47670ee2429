//! What the parts of the decoder rely on.

use std::fmt::Write as _;

use crate::decode::reader::Place;
use crate::decode::{DecodeOptions, Decoder, Fillers, Groups, OnError, Renames, Report};
use crate::kernel::Kernel;
use crate::schema::Schema;

const COPYBOOKS: &str = include_str!("../tests/every_shape.cob");

/// [`Decoder::patched`] could not take back what a record's fields before such a one have counted.
#[test]
fn the_reader_finds_every_field_that_a_kernel_prints() {
    let usual = DecodeOptions::default();
    let all = DecodeOptions {
        fillers: Fillers::Keep,
        renames: Renames::Keep,
        group_text: true,
        ..usual.clone()
    };
    let flat = DecodeOptions {
        groups: Groups::Flat,
        ..all.clone()
    };
    let mut found = 0;
    for copybook in COPYBOOKS.split("\n\n") {
        let schema = Schema::parse(copybook).expect("kept copybook");
        for options in [&usual, &all, &flat] {
            let decoder = Decoder::new(&schema, options).expect("plan");
            let Some(program) = &decoder.plan.program else {
                continue;
            };
            let Some((run, _)) = program.plain() else {
                continue;
            };
            for (slot, id) in run.slots.iter().zip(&program.fields) {
                let start = slot.offset as usize;
                let place = Place::find(&decoder.plan.tree, *id, start);
                assert!(place.is_some(), "byte {start} of\n{copybook}");
                found += 1;
            }
        }
    }
    assert!(found > 300, "only {found} fields");
}

/// A report names a thousand fields, and counts those that are invalid beyond them together: also where
/// [`Decoder::patched`] only counts what was invalid before.
#[test]
fn fields_beyond_those_that_a_report_names_are_counted_together() {
    const FIELDS: usize = 1_100;
    let mut copybook = "01 R.\n".to_owned();
    for index in 0..FIELDS {
        writeln!(copybook, "05 F-{index} PIC 9(3).").expect("memory");
    }
    let schema = Schema::parse(&copybook).expect("a copybook");
    let data = vec![0xFF; 3 * FIELDS * 3];
    let policies = [
        (OnError::Null, [1_000, 3_000, 300]),
        (OnError::Skip { limit: 3 }, [1, 3, 0]),
    ];
    for (on_error, expected) in policies {
        for kernel in Kernel::available() {
            let options = DecodeOptions {
                on_error,
                kernel: Some(kernel.choice()),
                ..DecodeOptions::default()
            };
            let decoder = Decoder::new(&schema, &options).expect("plan");
            let decoded = |decoder: &Decoder| {
                let (mut out, mut report) = (Vec::new(), Report::default());
                let outcome = decoder.decode_fixed(&data, &mut out, &mut report);
                outcome.expect("a policy that goes on");
                (out, report)
            };
            let found = decoded(&decoder);
            assert_eq!(found, decoded(&decoder.reader_only()), "{kernel:?}");
            let report = found.1;
            let by_name = report.errors.values().sum::<u64>();
            let names = report.errors.len() as u64;
            assert_eq!([names, by_name, report.other_errors], expected);
        }
    }
}
