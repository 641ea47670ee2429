//! Flags of the decoder and what they change.

use super::*;

#[test]
fn flags_reach_the_decoder() {
    let counted = "01 R. 05 N PIC 9. 05 T PIC X OCCURS 1 TO 2 DEPENDING ON N.";
    let ascii = "--code-page ascii";
    let cases: &[(&str, &[u8], &str, &[&str])] = &[
        (
            counted,
            b"2ab1c",
            "--format computed",
            &[r#"{"N":"2","T":["a","b"]}"#, r#"{"N":"1","T":["c"]}"#],
        ),
        (
            counted,
            b"01a",
            "--format computed --counts lenient --tables full",
            &[r#"{"N":"0","T":[]}"#],
        ),
        (
            "01 R. 05 L PIC 9. 05 T PIC X.",
            b"2a2b",
            "--format length-field --length-field L",
            &[r#"{"L":"2","T":"a"}"#, r#"{"L":"2","T":"b"}"#],
        ),
        (
            "01 R. 05 L PIC 9. 05 T PIC X.",
            b"1a1b",
            "--format length-field --length-field R.L --length-adjust 1",
            &[r#"{"L":"1","T":"a"}"#, r#"{"L":"1","T":"b"}"#],
        ),
        (
            "01 R. 05 T PIC X(2). 05 N PIC 9.",
            b"ab1\r\ncd\n",
            "--format lines --line-end auto --short-records null",
            &[r#"{"T":"ab","N":"1"}"#, r#"{"T":"cd","N":null}"#],
        ),
        (
            "01 R. 05 K PIC X. 05 A PIC X. 05 B REDEFINES A PIC 9.",
            b"A1Zx",
            "--segment-field K --segment A=A --segment B=B --segment-default none",
            &[r#"{"K":"A","A":"1"}"#, r#"{"K":"Z"}"#],
        ),
        (
            "01 R. 05 N PIC 9(2).",
            b"  12",
            "--blank-numbers null",
            &[r#"{"N":null}"#, r#"{"N":"12"}"#],
        ),
        (
            "01 R. 05 A PIC X.",
            b"axby",
            "--record-length 2",
            &[r#"{"A":"a"}"#, r#"{"A":"b"}"#],
        ),
        (
            "01 R. 05 A PIC X(2). 05 B PIC 9.",
            b"axby",
            "--record-length 2 --short-records cut",
            &[r#"{"A":"ax","B":null}"#, r#"{"A":"by","B":null}"#],
        ),
        (
            "       01 :P:-R.\n      >>IF N = 2\n           05 :P:-A PIC X.\n      >>END-IF\n",
            b"x",
            "--define N=2 --replace :P:=C",
            &[r#"{"C-A":"x"}"#],
        ),
        (
            "01 R. 05 A PIC X.",
            b"\x00\x0a\x00\x00\x00\x01\x00\x00a\x00\x01\x00\x00b",
            "--format vb --bdw-excludes-itself --rdw-excludes-itself",
            &[r#"{"A":"a"}"#, r#"{"A":"b"}"#],
        ),
    ];
    for (copybook, data, flags, lines) in cases {
        let found = decode_file(copybook, data, &format!("{flags} {ascii}"));
        assert_eq!(
            found,
            Ok(lines.iter().map(|line| (*line).to_owned()).collect()),
            "{flags}"
        );
    }
}
