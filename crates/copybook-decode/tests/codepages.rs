//! Every built-in code page against three other implementations: ICU's `uconv`, the C library's
//! `iconv` and Python's codecs. Where they disagree is a list that is checked both ways.

use std::io::{ErrorKind, Write as _};
use std::process::{Command, Stdio};

use copybook_decode::codepage::CodePage;

/// The character of each byte.
type Table = [Option<char>; 256];

/// Where the others differ, with what they have (`None`: unassigned). Decided for ICU, which
/// carries IBM's own tables, in every case:
/// page 278 has the two characters exchanged only in the C library, and Java's table agrees
/// with IBM's; 870 and 875 are near-identical signs; Python's 273 and the C library's
/// 285 and 1026 take the macron for other overlines; IBM redefined X'9A' of page 1026, formerly ª,
/// as the lira sign in 2012; Python maps unassigned bytes of 875 to the substitute character.
const ICONV: &[(CodePage, u8, Option<char>)] = &[
    (CodePage::Cp278, 0x71, Some('É')),
    (CodePage::Cp278, 0xE0, Some('\\')),
    (CodePage::Cp285, 0xA1, Some('\u{203E}')),
    (CodePage::Cp870, 0xB0, Some('·')),
    (CodePage::Cp875, 0x6A, None),
    (CodePage::Cp875, 0x74, Some('∇')),
    (CodePage::Cp875, 0xDD, Some('·')),
    (CodePage::Cp1026, 0x9A, Some('ª')),
    (CodePage::Cp1026, 0x9D, Some('˛')),
    (CodePage::Cp1026, 0xBC, Some('—')),
];

const PYTHON: &[(CodePage, u8, Option<char>)] = &[
    (CodePage::Cp273, 0xBC, Some('\u{203E}')),
    (CodePage::Cp875, 0xDC, Some('\u{1A}')),
    (CodePage::Cp875, 0xE1, Some('\u{1A}')),
    (CodePage::Cp875, 0xEC, Some('\u{1A}')),
    (CodePage::Cp875, 0xED, Some('\u{1A}')),
    (CodePage::Cp875, 0xFC, Some('\u{1A}')),
    (CodePage::Cp875, 0xFD, Some('\u{1A}')),
    (CodePage::Cp1026, 0x9A, Some('ª')),
];

#[test]
fn tables_agree_with_icu() {
    compare("uconv", &[], |page| {
        let name = match page.name().strip_prefix("cp") {
            Some(number) => format!("ibm-{}", number.trim_start_matches('0')),
            None => page.name().to_owned(),
        };
        by_converter(
            "uconv",
            &["-f", &name, "-t", "UTF-8", "--from-callback", "stop"],
        )
    });
}

#[test]
fn tables_agree_with_iconv() {
    compare("iconv", ICONV, |page| {
        let name = page.name().replace("cp", "IBM");
        let mut theirs = by_converter("iconv", &["-f", &name, "-t", "UTF-8"])?;
        if *page == CodePage::Cp274 {
            // The C library has the invariant characters of this page alone, 96 fewer.
            let lacking = theirs.iter_mut().zip(page.chars());
            let lacking: Vec<_> = lacking.filter(|(their, _)| their.is_none()).collect();
            assert_eq!(lacking.len(), 96);
            lacking.into_iter().for_each(|(their, our)| *their = *our);
        }
        Ok(theirs)
    });
}

#[test]
fn tables_agree_with_python() {
    const SCRIPT: &str = "import sys; page = sys.argv[1]; ''.encode(page)
for byte in range(256):
    try: print(ord(bytes([byte]).decode(page)))
    except UnicodeDecodeError: print()";
    compare("python3", PYTHON, |page| {
        let out = run("python3", &["-c", SCRIPT, page.name()], &[])?;
        let text = String::from_utf8(out).expect("digits");
        let mut chars: Table = [None; 256];
        for (char, line) in chars.iter_mut().zip(text.lines()) {
            *char = line.parse().ok().and_then(char::from_u32);
        }
        Ok(chars)
    });
}

/// Page 924, which neither ICU nor the C library builds in, is page 1047 with Latin 9's characters
/// in the places of the Latin 1 ones they replaced; three more changed places among themselves.
#[test]
fn page_924_is_page_1047_with_latin_9() {
    let (ours, latin1) = (CodePage::Cp924.chars(), CodePage::Cp1047.chars());
    let moved = (0..256).filter(|&byte| ours[byte] != latin1[byte]);
    let pairs: String = moved
        .flat_map(|byte| [latin1[byte], ours[byte]])
        .flatten()
        .collect();
    assert_eq!(pairs, "¢Ý¦Š¸ž¤€¬¢¼Œ½œ¾ŸÝ¬¨š´Ž");
}

/// Why there is nothing to compare with.
enum Missing {
    Program,
    Page,
}

/// Compares every page with another implementation: exactly the listed bytes may differ.
fn compare(
    program: &str,
    listed: &[(CodePage, u8, Option<char>)],
    theirs: impl Fn(&CodePage) -> Result<Table, Missing>,
) {
    let (mut compared, mut unknown) = (0, Vec::new());
    for page in CodePage::BUILT_IN {
        let theirs = match theirs(page) {
            Ok(table) => table,
            Err(Missing::Page) => {
                unknown.push(page.to_string());
                continue;
            }
            Err(Missing::Program) => {
                println!("skipped: {program} is not installed");
                return;
            }
        };
        for byte in 0..=u8::MAX {
            let (our, their) = (page.chars()[usize::from(byte)], theirs[usize::from(byte)]);
            let exception = listed
                .iter()
                .find(|entry| (&entry.0, entry.1) == (page, byte));
            let expected = exception.map_or(our, |entry| entry.2);
            assert_eq!(
                their, expected,
                "{program}, {page}, X'{byte:02X}', ours is {our:?}"
            );
            assert!(
                exception.is_none() || our != their,
                "{page}, X'{byte:02X}' agrees now"
            );
        }
        compared += 1;
    }
    if !unknown.is_empty() {
        println!("skipped: {program} has no code page {}", unknown.join(", "));
    }
    assert!(
        compared >= 6,
        "{program} knows only {compared} of the pages"
    );
}

/// The table of a converter that fails at an unassigned byte: what comes out for the bytes before
/// it, then the same again for those behind it.
fn by_converter(program: &str, arguments: &[&str]) -> Result<Table, Missing> {
    run(program, arguments, &[])?;
    let mut chars: Table = [None; 256];
    let mut start = 0;
    while start < 256 {
        let bytes: Vec<u8> = (start..256).map(|byte| byte as u8).collect();
        let text = converted(program, arguments, &bytes);
        let count = text.chars().count();
        for (slot, char) in chars[start..].iter_mut().zip(text.chars()) {
            *slot = Some(char);
        }
        start += count + 1;
    }
    Ok(chars)
}

/// What comes out before the first byte that the page does not assign.
fn converted(program: &str, arguments: &[&str], bytes: &[u8]) -> String {
    // Halving: neither program says where it stopped in a form meant for machines.
    let mut end = bytes.len();
    let mut good = (0, String::new());
    while good.0 < end {
        let middle = (good.0 + end).div_ceil(2);
        match run(program, arguments, &bytes[..middle]) {
            Ok(out) => good = (middle, String::from_utf8(out).expect("UTF-8 was asked for")),
            Err(_) => end = middle - 1,
        }
    }
    good.1
}

fn run(program: &str, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Missing> {
    let spawned = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Missing::Program),
        Err(error) => panic!("{program}: {error}"),
    };
    // A page that the program does not know ends it before it reads.
    let _ = child.stdin.take().expect("piped").write_all(input);
    let output = child.wait_with_output().expect("a child that was started");
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Missing::Page)
    }
}
