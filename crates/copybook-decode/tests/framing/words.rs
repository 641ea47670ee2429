//! Descriptor words that were written otherwise than z/OS writes them, and what is said of words that
//! can't be read.

use copybook_decode::record::{Endian, FileFormat, Framing, Words};

use super::walk::{End, walk_memory};
use super::writer::write;

/// All there are.
pub(super) const EVERY: [Words; 8] = {
    let mut every = [Words {
        block_included: true,
        record_included: true,
        endian: Endian::Big,
    }; 8];
    let mut index = 0;
    while index < every.len() {
        every[index].block_included = index & 1 == 0;
        every[index].record_included = index & 2 == 0;
        if index & 4 != 0 {
            every[index].endian = Endian::Little;
        }
        index += 1;
    }
    every
};

const REMEDIES: [&str; 6] = [
    "try --little-endian",
    "leave --little-endian out",
    "try --rdw-excludes-itself",
    "leave --rdw-excludes-itself out",
    "try --bdw-excludes-itself",
    "leave --bdw-excludes-itself out",
];

/// Words that are not words under the options given name options that are wrong about them, and none
/// that is right.
#[test]
fn words_that_are_none_name_the_options_under_which_they_are() {
    let records = ["mainframe", "x-ray", "copybook", "record", "decoder"];
    let records = records.map(|text| text.as_bytes().to_vec());
    for kind in [rdw, |_| Framing::Blocked, |_| Framing::Spanned] {
        for (written, given) in EVERY
            .iter()
            .flat_map(|a| EVERY.iter().map(move |b| (*a, *b)))
        {
            let format = |words| FileFormat {
                words,
                ..kind(words).into()
            };
            let file = write(&format(written), &records);
            let wrong = wrong(given, written, kind(written) != rdw(written));
            let error = match walk_memory(&format(given), &file).1 {
                End::Clean => {
                    assert!(wrong.is_empty(), "{wrong:?} was not seen");
                    continue;
                }
                End::Failed(error) => error,
                End::Warned(error) => panic!("{error}"),
            };
            let named: Vec<_> = (REMEDIES.iter())
                .filter(|remedy| error.to_string().contains(*remedy))
                .collect();
            assert!(
                named.iter().all(|flag| wrong.contains(*flag)),
                "{wrong:?}: {error}"
            );
            // What ended too late took the next word with it.
            let gone = error.record > 1 && wrong.contains(&"leave --rdw-excludes-itself out");
            assert!(gone || !named.is_empty(), "{wrong:?}: {error}");
        }
    }
}

fn rdw(words: Words) -> Framing {
    Framing::Rdw {
        header_included: words.record_included,
        endian: words.endian,
    }
}

/// What to do about options that say something else than what was written.
fn wrong(given: Words, written: Words, blocks: bool) -> Vec<&'static str> {
    let little = |words: Words| words.endian == Endian::Little;
    let differ = [
        (little(given), little(written)),
        (!given.record_included, !written.record_included),
        (!given.block_included, !written.block_included),
    ];
    let differ = &differ[..if blocks { 3 } else { 2 }];
    let remedies = REMEDIES.chunks(2).zip(differ);
    let wrong = remedies.filter(|(_, (given, written))| given != written);
    wrong
        .map(|(remedies, (given, _))| remedies[usize::from(*given)])
        .collect()
}
