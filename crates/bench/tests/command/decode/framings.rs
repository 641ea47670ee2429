//! Every framing, from a file that is read and one that is mapped.

use std::fs;

use super::*;

/// Each framing, with 3,000 records: several blocks of a file that is read.
#[test]
fn every_framing_gives_the_same_lines_read_and_mapped() {
    const COUNT: usize = 3000;
    type Frame = fn(&[u8], &dyn Fn(usize) -> [u8; 4]) -> Vec<u8>;
    let word = |length: usize| [(length >> 8) as u8, length as u8, 0, 0];
    let framed: [(&str, Frame); 7] = [
        ("fixed", |record, _| record.to_vec()),
        ("computed", |record, _| record.to_vec()),
        ("rdw", |record, word| [&word(84)[..], record].concat()),
        ("vb", |record, word| {
            [&word(88)[..], &word(84), record].concat()
        }),
        // Two segments, in a block each.
        ("vbs", |record, word| {
            let (first, last) = record.split_at(30);
            let segment = |part: &[u8], control| {
                let mut head = word(part.len() + 4);
                head[2] = control;
                [&word(part.len() + 8)[..], &head, part].concat()
            };
            [segment(first, 1), segment(last, 2)].concat()
        }),
        ("lines", |record, _| [record, b"\n"].concat()),
        ("length-field --length-field 0:2", |record, word| {
            [&word(82)[..2], record].concat()
        }),
    ];
    let expected: String = (0..COUNT).map(line).collect();
    for (flags, frame) in framed {
        let folder = case(1, &[]);
        let data: Vec<u8> = (0..COUNT)
            .flat_map(|index| frame(&record(index, false), &word))
            .collect();
        fs::write(folder.path().join("rec.dat"), data).expect("records");
        if flags.starts_with("length-field") {
            let copybook = COPYBOOK.replace(
                "          05 ID",
                "          05 FILLER PIC XX.\n          05 ID",
            );
            fs::write(folder.path().join("rec.cpy"), copybook).expect("a copybook");
        }
        for how in [
            "",
            "--memory-map",
            "--threads 2",
            "--memory-map --threads 2",
        ] {
            let flags = format!("--data rec.dat --trim right --format {flags} {how}");
            let (code, lines, told) = output(folder.path(), &flags);
            assert_eq!(code, Some(0), "{flags}: {told}");
            assert!(lines == expected, "{flags}: other lines");
        }
    }
}

/// A record in two blocks, and an error that says which block and segment it is in.
#[test]
fn spanned_records_are_put_together() {
    let folder = case(1, &[]);
    let copybook = "       01 R.\n          05 A PIC X(4).\n          05 B PIC 9.\n";
    fs::write(folder.path().join("rec.cpy"), copybook).unwrap();
    let first = b"\0\x0b\0\0\0\x07\x01\0abc";
    let last = b"\0\x0a\0\0\0\x06\x02\0d7";
    fs::write(folder.path().join("rec.dat"), [&first[..], last].concat()).unwrap();
    let flags = "--data rec.dat --code-page ascii --format vbs";
    let (code, lines, told) = output(folder.path(), flags);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(lines, "{\"A\":\"abcd\",\"B\":\"7\"}\n");
    fs::write(folder.path().join("rec.dat"), [&first[..], first].concat()).unwrap();
    let (code, _, told) = output(folder.path(), flags);
    assert_eq!(code, Some(1));
    let expected = "record 1, block 2, segment 2, file byte 15: expected the next segment";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn an_id_picks_the_segment() {
    let folder = case(1, &[]);
    let copybook = "       01 R.\n          05 KIND PIC X.\n          05 A PIC 9(3).\n          \
                    05 B REDEFINES A PIC X(3).\n";
    fs::write(folder.path().join("rec.cpy"), copybook).unwrap();
    fs::write(folder.path().join("rec.dat"), "1007\n2xyz\n").unwrap();
    let flags = "--data rec.dat --code-page ascii --format lines --segment-field KIND \
                 --segment 1=A --segment 2=R.B";
    let (code, lines, told) = output(folder.path(), flags);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(
        lines,
        "{\"KIND\":\"1\",\"A\":\"7\"}\n{\"KIND\":\"2\",\"B\":\"xyz\"}\n"
    );
}
