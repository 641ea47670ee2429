//! Pages of two bytes in ICU's form, made from the C library's converter, decode text as that converter does.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::process::{Command, Stdio};

use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{OnError, Report};
use copybook_decode::{DecodeOptions, Decoder, Schema};
use proptest::prelude::*;
use proptest::sample::select;

use crate::double_bytes::decode;

/// EBCDIC of Japan, Korea and China; behind each, how many characters of two bytes the C library
/// has at least.
const PAGES: [(&str, usize); 9] = [
    ("IBM930", 11_000),
    ("IBM933", 10_000),
    ("IBM935", 9_000),
    ("IBM937", 20_000),
    ("IBM939", 11_000),
    ("IBM1364", 19_000),
    ("IBM1388", 30_000),
    ("IBM1390", 20_000),
    ("IBM1399", 20_000),
];

/// Text of a page of the C library's: what it is made of, drawn at will.
#[derive(Debug, Clone)]
enum Piece {
    Single(usize),
    Doubles(Vec<usize>),
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = prop_oneof![
        2 => any::<usize>().prop_map(Piece::Single),
        1 => prop::collection::vec(any::<usize>(), 0..6).prop_map(Piece::Doubles),
    ];
    prop::collection::vec(piece, 1..30)
}

/// How many pairs of bytes are one character or two, between shift-out and shift-in.
fn assigned(page: &CodePage) -> usize {
    let schema = Schema::parse("01 R. 05 A PIC X(4).").unwrap();
    let options = DecodeOptions {
        code_page: page.clone(),
        ..DecodeOptions::default()
    };
    let decoder = Decoder::new(&schema, &options).unwrap();
    let mut out = Vec::new();
    // X'0F0E' would end the first run and begin another: text without a character.
    let pairs = (0..=u16::MAX).map(u16::to_be_bytes);
    let pairs = pairs.filter(|pair| *pair != [0x0F, 0x0E]);
    let decodes = pairs.filter(|[first, second]| {
        out.clear();
        let record = [0x0E, *first, *second, 0x0F];
        let outcome = decoder.decode_record(&record, &mut out, &mut Report::default());
        outcome.is_ok()
    });
    decodes.count()
}

#[test]
fn text_decodes_as_the_c_library_converts_it() {
    if run("IBM930", &[], b"").is_none() {
        println!("skipped: iconv is not installed, or lacks the pages");
        return;
    }
    for (name, at_least) in PAGES {
        let (text, singles, doubles) = ucm(name);
        assert!(doubles.len() >= at_least, "{name}: {}", doubles.len());
        let page = CodePage::from_mapping(name, &text).unwrap();
        assert_eq!(assigned(&page), doubles.len(), "{name}");
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
            cases: 24,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let damage = (
            select(&[0x0E, 0x0F, 0x41, 0xFF][..]),
            any::<prop::sample::Index>(),
        );
        let drawn = (pieces(), prop::option::weighted(0.3, damage));
        let outcome = runner.run(&drawn, |(pieces, damage)| {
            let mut bytes = Vec::new();
            for piece in &pieces {
                match piece {
                    Piece::Single(drawn) => bytes.push(singles[drawn % singles.len()]),
                    Piece::Doubles(drawn) => {
                        bytes.push(0x0E);
                        bytes.extend(drawn.iter().flat_map(|d| doubles[d % doubles.len()]));
                        bytes.push(0x0F);
                    }
                }
            }
            if let Some((byte, at)) = damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let options = DecodeOptions {
                code_page: page.clone(),
                on_error: OnError::Stop,
                ..DecodeOptions::default()
            };
            let copybook = format!("01 R. 05 A PIC X({}).", bytes.len());
            let ours = decode(&copybook, &options, &bytes);
            // The C library takes a shift to where it is already for nothing, and does not ask
            // whether its input ends within characters of two bytes.
            let strict = [
                "before the end of the field",
                "X'0E' before shift-in",
                "before the next",
            ];
            let stricter = ours
                .as_ref()
                .is_err_and(|error| strict.iter().any(|part| error.contains(part)));
            match run(name, &[], &bytes) {
                Some(theirs) => {
                    let wanted = String::from_utf8(theirs).unwrap();
                    let json = serde_json::json!({ "A": wanted }).to_string();
                    let found = ours.as_ref().map(|line| {
                        serde_json::from_str::<serde_json::Value>(line)
                            .unwrap()
                            .to_string()
                    });
                    prop_assert!(stricter || found.as_ref() == Ok(&json), "{found:?} {json}");
                }
                None => prop_assert!(ours.is_err(), "{ours:?} of {bytes:02X?}"),
            }
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

type Page = (String, Vec<u8>, Vec<[u8; 2]>);

/// A page as a `.ucm` file, asked of the C library a code at a time, with the codes it has.
fn ucm(name: &str) -> Page {
    let mut text = String::from("<uconv_class> \"EBCDIC_STATEFUL\"\nCHARMAP\n");
    let (mut singles, mut doubles) = (Vec::new(), Vec::new());
    // A line a byte and a code; what has no character gives an empty one.
    let line_feed = 0x25;
    let bytes = || (0..=u8::MAX).filter(|byte| !matches!(byte, 0x0E | 0x0F | 0x25));
    let codes = || (0x40..=0xFE).flat_map(|first| (0x40..=0xFE).map(move |second| [first, second]));
    let mut lines: Vec<u8> = bytes().flat_map(|byte| [byte, line_feed]).collect();
    lines.extend(codes().flat_map(|[a, b]| [0x0E, a, b, 0x0F, line_feed]));
    let converted = run_leniently(name, &lines);
    let converted = String::from_utf8(converted).unwrap();
    let mut converted = converted.split('\n');
    for (byte, line) in bytes().zip(converted.by_ref()).chain([(line_feed, "\n")]) {
        if let Some(character) = line.chars().next() {
            let _ = writeln!(text, "<U{:04X}> \\x{byte:02X} |0", u32::from(character));
            singles.push(byte);
        }
    }
    for (code, line) in codes().zip(converted.by_ref()) {
        if line.is_empty() {
            continue;
        }
        for character in line.chars() {
            let _ = write!(text, "<U{:04X}>", u32::from(character));
        }
        let _ = writeln!(text, " \\x{:02X}\\x{:02X} |0", code[0], code[1]);
        doubles.push(code);
    }
    assert_eq!(
        converted.collect::<Vec<_>>(),
        [""],
        "{name}: another line feed"
    );
    text.push_str("END CHARMAP\n");
    (text, singles, doubles)
}

fn run_leniently(page: &str, input: &[u8]) -> Vec<u8> {
    converted(page, &["-c"], input).unwrap().stdout
}

/// What the C library makes of bytes; nothing if they are no text of the page.
fn run(page: &str, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let output = converted(page, arguments, input)?;
    output.status.success().then_some(output.stdout)
}

fn converted(page: &str, arguments: &[&str], input: &[u8]) -> Option<std::process::Output> {
    let spawned = Command::new("iconv")
        .args(arguments)
        .args(["-f", page, "-t", "UTF-8"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => panic!("iconv: {error}"),
    };
    let mut stdin = child.stdin.take().expect("piped");
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A page that it does not know ends it before it reads.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output()
    });
    Some(output.expect("a child that was started"))
}
