//! What the parts of the decoder rely on.

use crate::decode::reader::Place;
use crate::decode::{DecodeOptions, Decoder, Fillers, Groups, Renames};
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
