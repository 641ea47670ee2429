//! Copybooks as shops write them: layouts that the language reference and real data fix.

use std::path::PathBuf;

use copybook_decode::Schema;
use copybook_decode::schema::{FieldId, Kind, Number, Sign};

fn parse(text: &str) -> Schema {
    Schema::parse(text).unwrap_or_else(|e| panic!("{e}"))
}

fn find(schema: &Schema, name: &str) -> FieldId {
    schema
        .iter()
        .find(|(_, f)| f.name == name)
        .unwrap_or_else(|| panic!("no {name}"))
        .0
}

/// `(offset, size)` of a field.
fn place(schema: &Schema, name: &str) -> (usize, usize) {
    let field = schema.field(find(schema, name));
    (field.offset, field.size)
}

fn shared(path: &str) -> Option<String> {
    let data = std::env::var_os("SHARED_DATA")
        .map(PathBuf::from)
        .or_else(|| {
            let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
            here.ancestors()
                .map(|a| a.join("shared/data"))
                .find(|p| p.is_dir())
        });
    match data.map(|d| d.join(path)) {
        Some(file) if file.is_file() => Some(std::fs::read_to_string(&file).unwrap()),
        _ => {
            println!("skipped: shared/data not present ({path})");
            None
        }
    }
}

#[test]
fn one_line_of_free_format_is_enough() {
    let schema = parse("01 R. 05 A PIC X(50). 05 B PIC S9(9)V99 COMP-3.");
    assert_eq!(place(&schema, "A"), (0, 50));
    assert_eq!(place(&schema, "B"), (50, 6));
    let number = Number {
        digits: 11,
        scale: 2,
    };
    let packed = Kind::Packed {
        number,
        signed: true,
        sign_nibble: true,
    };
    assert_eq!(schema.field(find(&schema, "B")).kind, packed);
    assert_eq!(schema.record_length(schema.roots[0]), (56, 56));
}

#[test]
fn integral_types_has_its_1493_bytes() {
    let Some(text) = shared("integral-types/copybook.cob") else {
        return;
    };
    let schema = parse(&text);
    assert_eq!(schema.record_length(schema.roots[0]), (1493, 1493));
    let separate = schema.field(find(&schema, "NUM-SL-STR-DEC01"));
    assert!(matches!(
        separate.kind,
        Kind::Zoned {
            sign: Sign::LeadingSeparate,
            ..
        }
    ));
    assert_eq!(separate.size, 5);
}

#[test]
fn occurs_depending_has_its_2202_bytes() {
    let Some(text) = shared("occurs-depending/copybook.cob") else {
        return;
    };
    let schema = parse(&text);
    assert_eq!(
        schema.record_length(schema.roots[0]),
        (2202 - 79 * 27, 2202)
    );
    let table = schema
        .field(find(&schema, "ACCOUNT-DETAIL"))
        .occurs
        .unwrap();
    assert_eq!(table.depending_on, Some(find(&schema, "NUMBER-OF-ACCTS")));
    assert_eq!(
        schema.path(find(&schema, "ACCOUNT-TYPE-X")),
        "RECORD.METADATA.ACCOUNT.ACCOUNT-DETAIL.ACCOUNT-TYPE-X"
    );
}
