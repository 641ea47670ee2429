//! A Criterion project as a subject of `bench run`, in about ten lines:
//!
//! ```no_run
//! use std::process::ExitCode;
//! use instrument::answer::Answer;
//! use instrument::suite::Suite;
//!
//! fn main() -> ExitCode {
//!     let input = b"some input".to_vec();
//!     let expected = b"SOME INPUT"; // from the values, never from the code under test
//!     let mut suite = Suite::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
//!     suite.bench(
//!         "ascii/upper",
//!         input.len() as u64,
//!         Vec::new(), // the buffer, which both functions see
//!         |output| *output = input.to_ascii_uppercase(),
//!         |output| Ok(Answer::expect(1, expected, output)?),
//!     );
//!     suite.main()
//! }
//! ```
//!
//! Started by `bench`, it speaks the protocol of docs/protocol.md. Started by hand (`cargo bench`) it
//! is a Criterion suite like any other, with the same arguments, and verifies just the same: nothing is
//! timed before its answer was found right, and it is looked at again after the last sample.

mod by_hand;
mod case;
mod criterion_files;
mod process;
mod serve;
mod timing;

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

pub use case::{Case, Fallible};

use crate::wire;
pub use crate::wire::Allocations;

/// Why a benchmark can't run, or is wrong.
pub type Failure = Box<dyn Error>;

/// Benchmarks, and who runs them.
pub struct Suite<'a> {
    identity: wire::Identity,
    built: Built,
    entries: Vec<Entry<'a>>,
    copybook: Option<FromCopybook<'a>>,
    allocated: Option<fn() -> Allocations>,
}

/// What built a suite: facts of the program, compiled in by its build script. Unknown is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Built {
    /// First line of `rustc --version`.
    pub toolchain: Option<&'static str>,
    /// Release, commit, host and LLVM version of the compiler.
    pub rustc: Option<&'static str>,
    /// What the compiler was really passed.
    pub flags: Option<&'static str>,
    /// Cargo's name of the profile.
    pub profile: Option<&'static str>,
    /// SHA-256 over the sources, 64 hexadecimal digits.
    pub sources: Option<&'static str>,
}

/// A benchmark that can be prepared.
struct Entry<'a> {
    benchmark: wire::Benchmark,
    prepare: Prepare<'a>,
}

/// Makes a case, with the named kernel if there is one.
type Prepare<'a> = Box<dyn FnMut(Option<&str>) -> Result<Box<dyn Case + 'a>, Failure> + 'a>;
/// The same for the file of a user's own job, with the input bytes of one iteration.
type FromCopybook<'a> =
    Box<dyn FnMut(&Path, Option<&str>) -> Result<(u64, Box<dyn Case + 'a>), Failure> + 'a>;

impl<'a> Suite<'a> {
    /// An empty suite of the decoder of this name and version.
    #[must_use]
    pub fn new(name: &str, version: &str) -> Self {
        Suite {
            identity: wire::Identity {
                name: name.to_owned(),
                version: version.to_owned(),
            },
            built: Built::default(),
            entries: Vec::new(),
            copybook: None,
            allocated: None,
        }
    }

    /// What built this program.
    pub fn built(&mut self, built: Built) -> &mut Self {
        self.built = built;
        self
    }

    /// Has allocations counted and reported: `so_far` says what the program's global allocator counted since
    /// the program started, such as that of the crate stats_alloc. A suite that counts nothing leaves
    /// this out.
    pub fn allocations(&mut self, so_far: fn() -> Allocations) -> &mut Self {
        self.allocated = Some(so_far);
        self
    }

    /// Adds a benchmark `group/id` over so many input bytes an iteration. `run` does it once and is
    /// what is timed; it may return `()` or a `Result`. `check` compares what `run` left in `state`
    /// with what it should be.
    ///
    /// # Panics
    ///
    /// On a name without `/`, a second benchmark of one name, or 0 bytes.
    pub fn bench<S, R, C, O>(&mut self, name: &str, bytes: u64, state: S, run: R, check: C)
    where
        S: 'a,
        R: FnMut(&mut S) -> O + 'a,
        C: FnMut(&mut S) -> Result<crate::answer::Answer, Failure> + 'a,
        O: Fallible + 'a,
    {
        let mut whole = Some(case::Functions { state, run, check });
        self.case(name, bytes, move |kernel| {
            if let Some(kernel) = kernel {
                return Err(
                    format!("this benchmark has no choice of kernels, found `{kernel}`").into(),
                );
            }
            let case = whole.take().ok_or("it was prepared already")?;
            Ok(Box::new(case))
        });
    }

    /// Adds a benchmark that is prepared when its turn comes, for a named kernel if one is asked for.
    ///
    /// # Panics
    ///
    /// As [`Suite::bench`].
    pub fn case<P>(&mut self, name: &str, bytes: u64, prepare: P)
    where
        P: FnMut(Option<&str>) -> Result<Box<dyn Case + 'a>, Failure> + 'a,
    {
        let parts = name.split_once('/');
        assert!(
            parts.is_some_and(|(group, id)| !group.is_empty() && !id.is_empty()),
            "expected a name `group/id`, found `{name}`"
        );
        assert!(bytes > 0, "{name}: expected input bytes, found 0");
        let twice = self
            .entries
            .iter()
            .any(|entry| entry.benchmark.name == name);
        assert!(
            !twice,
            "{name}: expected one benchmark of this name, found two"
        );
        self.entries.push(Entry {
            benchmark: wire::Benchmark {
                name: name.to_owned(),
                bytes,
                records: None,
            },
            prepare: Box::new(prepare),
        });
    }

    /// Takes jobs over a user's own records: `prepare` gets the path of the job's file, and says how
    /// many bytes one iteration reads.
    pub fn copybook<P>(&mut self, prepare: P)
    where
        P: FnMut(&Path, Option<&str>) -> Result<(u64, Box<dyn Case + 'a>), Failure> + 'a,
    {
        self.copybook = Some(Box::new(prepare));
    }

    /// Does what the environment says: talks to `bench`, or is `cargo bench`.
    #[must_use]
    pub fn main(self) -> ExitCode {
        let done = match env::var_os(wire::VARIABLE) {
            Some(_) => serve::serve(self),
            None => by_hand::run(self),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        }
    }
}
