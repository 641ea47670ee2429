//! `bench layout`: every field of a copybook, for people and for programs.

use std::fs;

use serde_json::{Value, json};

use crate::support::{bench, ended};

const COPYBOOK: &str = "\
       01  CUSTOMER.
           05  CUSTOMER-ID          PIC 9(8).
           05  NAME                 PIC X(30).
           05  PARTS REDEFINES NAME.
               10  FIRST-NAME       PIC X(12).
               10  FILLER           PIC X(18).
           05  STATUS-CODE          PIC X.
               88  ACTIVE           VALUE 'A'.
           05  BALANCE              PIC S9(9)V99 COMP-3.
           05  MONTHS OCCURS 12 TIMES.
               10  PAID             PIC S9(4) SIGN LEADING SEPARATE.
           05  ORDER-COUNT          PIC 9(2).
           05  ORDERS OCCURS 1 TO 10 TIMES DEPENDING ON ORDER-COUNT.
               10  SKU              PIC X(8).
           05  TRAILER              PIC ZZ9.99.
           66  WHO RENAMES CUSTOMER-ID THRU NAME.
";

const TABLE: &str = "\
CUSTOMER: 121 to 193 bytes; an offset with ~ is that of the longest record
field              offset  length  picture   usage    clauses
01 CUSTOMER             0     193
  05 CUSTOMER-ID        0       8  9(8)      DISPLAY
  05 NAME               8      30  X(30)     DISPLAY
  05 PARTS              8      30                     redefines NAME
    10 FIRST-NAME       8      12  X(12)     DISPLAY
    10 FILLER          20      18  X(18)     DISPLAY
  05 STATUS-CODE       38       1  X         DISPLAY
    88 ACTIVE                                         value 'A'
  05 BALANCE           39       6  S9(9)V99  COMP-3
  05 MONTHS            45       5                     occurs 12, every 5 bytes
    10 PAID            45       5  S9(4)     DISPLAY  sign leading separate
  05 ORDER-COUNT      105       2  9(2)      DISPLAY
  05 ORDERS           107       8                     occurs 1 to 10 depending on ORDER-COUNT, every 8 bytes
    10 SKU            107       8  X(8)      DISPLAY
  05 TRAILER         ~187       6  ZZ9.99    DISPLAY
  66 WHO                0      38                     renames CUSTOMER-ID through NAME
";

fn layout(copybook: &str, flags: &[&str]) -> (Option<i32>, String, String) {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("a.cpy");
    fs::write(&path, copybook).expect("written");
    ended(bench(["layout", "--copybook"]).arg(path).args(flags))
}

#[test]
fn a_copybook_becomes_a_table() {
    let (code, stdout, stderr) = layout(COPYBOOK, &[]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, TABLE);
}

#[test]
fn a_copybook_becomes_one_json_document() {
    let (code, stdout, stderr) = layout(COPYBOOK, &["--json"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let found: Value = serde_json::from_str(&stdout).expect("one document");
    let record = &found["records"][0];
    assert_eq!(record["name"], "CUSTOMER");
    assert_eq!(
        (&record["min_length"], &record["max_length"]),
        (&json!(121), &json!(193))
    );
    let field = |name: &str| {
        let fields = record["fields"].as_array().expect("an array");
        fields.iter().find(|f| f["name"] == name).expect(name)
    };
    assert_eq!(
        *field("BALANCE"),
        json!({
            "level": 5, "name": "BALANCE", "path": "CUSTOMER.BALANCE", "depth": 1, "line": 9,
            "offset": 39, "moves": false, "length": 6, "picture": "S9(9)V99", "usage": "COMP-3",
            "digits": 11, "scale": 2, "signed": true, "occurs": null, "redefines": null,
            "renames": null, "clauses": [], "conditions": []
        })
    );
    let occurs = json!({"min": 1, "max": 10, "stride": 8, "depending_on": "CUSTOMER.ORDER-COUNT"});
    assert_eq!(field("ORDERS")["occurs"], occurs);
    assert_eq!(field("PARTS")["redefines"], "CUSTOMER.NAME");
    assert_eq!(field("TRAILER")["moves"], true);
    assert_eq!(
        field("STATUS-CODE")["conditions"],
        json!([{"name": "ACTIVE", "values": "'A'"}])
    );
    assert_eq!(
        field("WHO")["renames"],
        json!({"from": "CUSTOMER.CUSTOMER-ID", "through": "CUSTOMER.NAME"})
    );
}

#[test]
fn flags_about_the_copybook_are_those_of_decode() {
    let free = "01 R. 05 PRICE PIC F9.999,99.\n05 A COMP-1. 05 B PIC N(3).\n";
    let flags = [
        "--copybook-format",
        "free",
        "--decimal-point-is-comma",
        "--currency",
        "F",
    ];
    let (code, stdout, stderr) = layout(free, &flags);
    assert_eq!(code, Some(0), "{stderr}");
    for expected in [
        "05 PRICE       0       9  F9.999,99  DISPLAY",
        "COMP-1",
        "NATIONAL",
    ] {
        assert!(stdout.contains(expected), "{stdout}");
    }
    let (code, _, stderr) = layout("       01 A PIC Q.\n", &[]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("a.cpy"), "{stderr}");
    let (code, _, stderr) = ended(&mut bench(["layout"]));
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("--copybook"), "{stderr}");
}

/// Each record of a file with several kinds has its own table.
#[test]
fn every_record_has_its_table() {
    let two = "       01 A.\n          05 X PIC X.\n       01 B PIC 9(4).\n";
    let (_, stdout, _) = layout(two, &[]);
    assert!(stdout.starts_with("A: 1 byte\nfield"), "{stdout}");
    assert!(stdout.contains("\n\nB: 4 bytes\nfield"), "{stdout}");
}
