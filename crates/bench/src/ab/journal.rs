//! What was measured so far, on the disk after every round: a comparison that is killed can go on.
//!
//! One JSON object a line: a head that says what is compared, then the launches of a round each. A
//! line is synced before the next round begins; one that was torn is cut off when the file is read.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use gate::ab::Design;
use gate::ab::record::{Benchmark, Launch, Settings, Subjects};
use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use crate::shared_place;

/// Name of the file in the output folder.
const NAME: &str = "ab.journal";

/// What is compared, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// Version of the journal.
    pub(crate) journal: u32,
    /// Start of the comparison, RFC 3339 in UTC.
    pub(crate) timestamp: String,
    pub(crate) seed: u64,
    pub(crate) design: Design,
    pub(crate) settings: Settings,
    pub(crate) subjects: Subjects,
    pub(crate) benchmarks: Vec<Benchmark>,
}

/// The journal of a comparison that is under way.
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Begins a new one; whatever was there is gone.
    ///
    /// # Errors
    /// The folder can't be written.
    pub(crate) fn begin(folder: &Path, head: &Head) -> Result<Self> {
        let path = folder.join(NAME);
        // Whatever somebody else may have put there, a pipe or a link, is not followed.
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("can't replace {}", path.display()));
            }
        }
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o644)
            .open(&path);
        let file = file.with_context(|| format!("can't create {}", path.display()))?;
        let mut journal = Self { file, path };
        journal.append(head)?;
        Ok(journal)
    }

    /// Goes on with the one in `folder`: its head and the launches of all complete rounds.
    ///
    /// # Errors
    /// There is none, or it is not a journal of this release.
    pub(crate) fn resume(folder: &Path) -> Result<(Self, Head, Vec<Launch>)> {
        let path = folder.join(NAME);
        let open = shared_place::file(&path, OFlags::RDWR);
        let mut file = open.with_context(|| {
            format!("expected the journal of a comparison that was cut off at {}; without --resume it begins anew", path.display())
        })?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)
            .with_context(|| format!("can't read {}", path.display()))?;
        let whole = text
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        let named = || {
            format!(
                "{} is no journal of this release; begin anew without --resume",
                path.display()
            )
        };
        let lines = std::str::from_utf8(&text[..whole]).with_context(named)?;
        let mut lines = lines.lines();
        let Some(head) = lines.next() else {
            bail!(named());
        };
        let head: Head = serde_json::from_str(head).with_context(named)?;
        ensure!(head.journal == 1, named());
        let mut launches = Vec::new();
        for line in lines {
            let round: Vec<Launch> = serde_json::from_str(line).with_context(named)?;
            launches.extend(round);
        }
        // What was torn is overwritten by the next round.
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        Ok((Self { file, path }, head, launches))
    }

    /// Keeps a round.
    ///
    /// # Errors
    /// The disk is full or gone.
    pub(crate) fn keep(&mut self, round: &[Launch]) -> Result<()> {
        self.append(&round)
    }

    /// The comparison is written: nothing is left to resume.
    ///
    /// # Errors
    /// The file can't be removed.
    pub(crate) fn done(self) -> Result<()> {
        fs::remove_file(&self.path).with_context(|| format!("can't remove {}", self.path.display()))
    }

    fn append(&mut self, line: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        let written = self
            .file
            .write_all(&text)
            .and_then(|()| self.file.sync_data());
        written.with_context(|| {
            format!(
                "can't write {}; the rounds before this one are kept, --resume goes on with them",
                self.path.display()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use gate::ab::record::{Measured, Program};
    use gate::ab::{Arm, Stage};

    use super::*;

    fn head() -> Head {
        let program = Program {
            asked: "v1".to_owned(),
            name: "copybook-decode".to_owned(),
            version: "0.1.0".to_owned(),
            commit: None,
            program_sha256: "0".repeat(64),
            source_hash: None,
            toolchain: None,
            flags: None,
            profile: None,
        };
        Head {
            journal: 1,
            timestamp: "2026-11-27T00:00:00Z".to_owned(),
            seed: 7,
            design: Design::default(),
            settings: Settings {
                warm_up_s: 0.02,
                measure_s: 0.1,
                samples: 10,
            },
            subjects: Subjects {
                base: program.clone(),
                new: program,
            },
            benchmarks: Vec::new(),
        }
    }

    fn round(number: u32) -> Vec<Launch> {
        let launch = |arm| Launch {
            stage: Stage::Screening,
            round: number,
            arm,
            measured: vec![Measured {
                benchmark: "g/f".to_owned(),
                iterations: vec![1, 2],
                elapsed_ns: vec![10, 20],
            }],
        };
        [Arm::New, Arm::Base, Arm::Control].map(launch).to_vec()
    }

    #[test]
    fn rounds_come_back_and_more_can_follow() {
        let at = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::begin(at.path(), &head()).expect("a journal");
        journal.keep(&round(1)).expect("kept");
        drop(journal);
        let (mut journal, found, launches) = Journal::resume(at.path()).expect("a journal");
        assert_eq!((found, launches), (head(), round(1)));
        journal.keep(&round(2)).expect("kept");
        drop(journal);
        let (journal, _, launches) = Journal::resume(at.path()).expect("a journal");
        assert_eq!(launches, [round(1), round(2)].concat());
        journal.done().expect("removed");
        assert!(Journal::resume(at.path()).is_err());
    }

    /// Killed at every possible byte of the second round: the first is there, and a third can follow.
    #[test]
    fn a_torn_round_is_none() {
        let at = tempfile::tempdir().expect("a folder");
        let path = at.path().join(NAME);
        let mut journal = Journal::begin(at.path(), &head()).expect("a journal");
        journal.keep(&round(1)).expect("kept");
        let before = fs::metadata(&path).expect("a file").len() as usize;
        journal.keep(&round(2)).expect("kept");
        let whole = fs::read(&path).expect("a file");
        for length in before..whole.len() {
            fs::write(&path, &whole[..length]).expect("a file");
            let (mut journal, _, launches) = Journal::resume(at.path()).expect("a journal");
            assert_eq!(launches, round(1), "{length} bytes");
            journal.keep(&round(3)).expect("kept");
            let (_, _, launches) = Journal::resume(at.path()).expect("a journal");
            assert_eq!(launches, [round(1), round(3)].concat(), "{length} bytes");
        }
    }

    #[test]
    fn what_is_no_journal_is_refused() {
        let at = tempfile::tempdir().expect("a folder");
        for text in ["", "{", "{}\n", "[]\n", "\u{0}\n"] {
            fs::write(at.path().join(NAME), text).expect("a file");
            let error = Journal::resume(at.path()).err().expect("refused");
            assert!(
                format!("{error:#}").contains("no journal of this release"),
                "{text:?}"
            );
        }
        fs::remove_file(at.path().join(NAME)).expect("there");
        fs::create_dir(at.path().join(NAME)).expect("a folder");
        assert!(Journal::resume(at.path()).is_err());
    }
}
