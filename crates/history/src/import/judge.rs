//! Whether what was found is a receipt, and whether it may be believed.

use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender};

use gate::fleet::{RESULT_KIND, ResultFile};
use jiff::{Span, ToSpan as _};
use receipt::{Receipt, seal};

use super::walk::Item;
use super::{Fault, Options};
use crate::{Entry, History};

/// Clocks of two machines may differ by so much.
const TOLERANCE_MINUTES: i64 = 10;

/// What became of an item.
pub(super) enum Judged {
    Entry(Box<Entry>),
    Fault(Fault),
    /// No receipt, and nobody said that it was one.
    Other,
    /// So many bytes of what there is to read are done.
    Bytes(u64),
}

/// Judges items until there are no more, or nobody listens. What `history` has verified before is not
/// verified once more.
pub(super) fn judge(
    from: &Mutex<Receiver<Item>>,
    to: &SyncSender<Judged>,
    options: &Options,
    history: &Path,
) {
    let judge = Judge {
        options,
        // A new file can be read as well; one that can't only costs the time to verify.
        history: History::read(history).ok(),
    };
    loop {
        // A thread that panicked left the receiver as it was.
        let item = from
            .lock()
            .unwrap_or_else(|error| error.into_inner())
            .recv();
        let Ok(item) = item else { return };
        if judge
            .all(item)
            .into_iter()
            .any(|judged| to.send(judged).is_err())
        {
            return;
        }
    }
}

struct Judge<'a> {
    options: &'a Options,
    history: Option<History>,
}

impl Judge<'_> {
    fn all(&self, item: Item) -> Vec<Judged> {
        match item {
            Item::Receipt {
                source,
                text,
                named,
            } => vec![self.one(source, text, named)],
            Item::Lines {
                source,
                first,
                text,
            } => lines(&source, first, &text, self.options),
            Item::Other => vec![Judged::Other],
            Item::Unreadable { source, reason } => vec![Judged::Fault(Fault { source, reason })],
            Item::Bytes(bytes) => vec![Judged::Bytes(bytes)],
        }
    }

    fn one(&self, source: String, text: Vec<u8>, named: bool) -> Judged {
        let judged = String::from_utf8(text)
            .map_err(|_| "not UTF-8".to_owned())
            .and_then(|text| match named || may_be_one(&text) {
                true => self.read(&text, &source, named),
                false => Ok(None),
            });
        match judged {
            Ok(Some(entry)) => Judged::Entry(Box::new(entry)),
            Ok(None) => Judged::Other,
            Err(reason) => Judged::Fault(Fault { source, reason }),
        }
    }

    /// `None` where it is no receipt and does not say that it is one.
    fn read(&self, text: &str, source: &str, named: bool) -> Result<Option<Entry>, String> {
        let error = match Receipt::parse(text, Path::new(source)) {
            Ok(receipt) => return self.receipt(&receipt, text, source).map(Some),
            Err(error) => error,
        };
        if let Some(inner) = of_fleet(text) {
            return self.read(&inner, source, true);
        }
        if !named && !receipt::file::claims_to_be_one(text) {
            return Ok(None);
        }
        // A fault names its source already.
        let told = error.to_string();
        let told = told.strip_prefix(&format!("{source}: ")).unwrap_or(&told);
        Err(told.to_owned())
    }

    fn receipt(&self, receipt: &Receipt, text: &str, source: &str) -> Result<Entry, String> {
        if !self.options.trust
            && !self.is_known(receipt, text)
            && let Err(problems) = receipt::verify(receipt, text)
        {
            let more = match problems.len() {
                1 => String::new(),
                count => format!(" ({} more problems: `bench verify` lists them)", count - 1),
            };
            return Err(format!("no sound receipt: {}{more}", problems[0]));
        }
        let entry = Entry::of(receipt, source, !self.options.trust);
        dated(entry.map_err(|error| error.to_string())?, self.options)
    }

    /// Whether this very content was verified before: its seal is in the history as verified, and is
    /// that of the content. Verifying bootstraps every interval, which takes most of an import's time.
    fn is_known(&self, receipt: &Receipt, text: &str) -> bool {
        let seal = &receipt.integrity.sha256;
        let history = self.history.as_ref();
        history.is_some_and(|history| history.has_verified(seal))
            && serde_json::from_str(text)
                .is_ok_and(|value| seal::sha256(value).is_ok_and(|content| content == *seal))
    }
}

/// Whether a file has what every receipt begins with, also where it breaks off before its seal.
fn may_be_one(text: &str) -> bool {
    text.contains("\"schema_version\"")
}

/// The receipt in a result of a fleet, character by character.
fn of_fleet(text: &str) -> Option<String> {
    let result = text.contains(RESULT_KIND).then(|| ResultFile::parse(text));
    Some(result?.ok()?.receipt.get().to_owned())
}

fn lines(source: &str, first: u64, text: &str, options: &Options) -> Vec<Judged> {
    if !options.trust {
        let reason = "lines of an export have no samples to verify; take them on trust with --trust, or import the receipts";
        let fault = Fault {
            source: source.to_owned(),
            reason: reason.to_owned(),
        };
        // Once for the file.
        return if first == 1 {
            vec![Judged::Fault(fault)]
        } else {
            Vec::new()
        };
    }
    let line = |(number, line): (u64, &str)| {
        let entry = serde_json::from_str::<Entry>(line).map_err(|error| error.to_string());
        let entry = entry.and_then(|mut entry| {
            entry.verified = false;
            entry.check().map_err(|error| error.to_string())?;
            dated(entry, options)
        });
        match entry {
            Ok(entry) => Judged::Entry(Box::new(entry)),
            Err(reason) => Judged::Fault(Fault {
                source: format!("{source}:{number}"),
                reason,
            }),
        }
    };
    (first..).zip(text.lines()).map(line).collect()
}

/// A run that has not begun yet would stay the newest of its series until its day comes.
fn dated(entry: Entry, options: &Options) -> Result<Entry, String> {
    let tolerance: Span = TOLERANCE_MINUTES.minutes();
    if options.future
        || options
            .now
            .checked_add(tolerance)
            .is_ok_and(|latest| entry.time <= latest)
    {
        return Ok(entry);
    }
    Err(format!(
        "dated {}, which is after this machine's clock ({:.0}); set the clock that is wrong, or take it all the same with --future",
        entry.time, options.now
    ))
}
