//! What the adapters in Rust share: the subject's side of the protocol that docs/protocol.md
//! describes, for decoders that are handed records.
//!
//! An adapter implements [`Peer`], or uses [`process::WholeProcess`], and calls [`serve`]. The order
//! is fixed: the decoder decodes once, the driver compares the canonical values with those that it
//! encoded, and only when it says so is anything timed.

mod answer;
mod conversation;
mod measure;
pub mod process;
mod system;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
pub use instrument::wire::{Hello, Records};
use instrument::wire::{Identity, Takes, VERSION};
pub use instrument_flags;

pub use conversation::serve;
pub use system::peak_rss;

/// A decoder that has its copybook and its records in hand.
pub trait Peer {
    /// Decodes with the implementation of this name from now on.
    ///
    /// # Errors
    ///
    /// There is no such implementation, or no choice of them.
    fn force(&mut self, kernel: &str) -> Result<()> {
        bail!(
            "expected no kernel (--kernel), since this subject has no choice of them, found `{kernel}`"
        )
    }

    /// The implementations that decode; `None` where there is only one.
    fn kernels(&self) -> Option<Vec<String>> {
        None
    }

    /// Decodes the whole data set once and leaves its output.
    ///
    /// # Errors
    ///
    /// The decoder's own error. A record that it skipped is an error, too.
    fn decode(&mut self) -> Result<()>;

    /// Hands on the output of the last decoding, one JSON object a record. Returns how many bytes the
    /// decoder itself wrote.
    ///
    /// # Errors
    ///
    /// The output can't be read back, or the receiver's error.
    fn output(&mut self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64>;

    /// Decodes the whole data set `iterations` times.
    ///
    /// # Errors
    ///
    /// As [`Peer::decode`].
    fn sample(&mut self, iterations: u64) -> Result<Duration> {
        let start = Instant::now();
        for _ in 0..iterations {
            self.decode()?;
        }
        Ok(start.elapsed())
    }

    /// Peak resident set of the process that decodes, bytes.
    ///
    /// # Errors
    ///
    /// The kernel does not say.
    fn max_rss_bytes(&self) -> Result<u64> {
        peak_rss(std::process::id())
    }
}

/// The first message of a decoder of this name and version that takes records, with everything else
/// unknown. The version is that of the decoder, never of its adapter.
#[must_use]
pub fn hello(name: &str, version: &str) -> Hello {
    Hello {
        protocol: VERSION,
        subject: Identity {
            name: name.to_owned(),
            version: version.to_owned(),
        },
        toolchain: None,
        rustc: None,
        flags: None,
        profile: None,
        sources: None,
        file_system: None,
        takes: vec![Takes::Records],
        benchmarks: Vec::new(),
        pid: std::process::id(),
    }
}

/// Adds what built the program that this is expanded in, of a decoder that is compiled with it. Its
/// build script calls `instrument_build::emit`.
#[macro_export]
macro_rules! built {
    ($hello:expr) => {
        $crate::Hello {
            toolchain: Some(env!("BUILT_TOOLCHAIN").to_owned()),
            rustc: Some(env!("BUILT_RUSTC").to_owned()),
            flags: Some($crate::instrument_flags::flags!().to_owned()),
            profile: Some($crate::instrument_flags::profile!().to_owned())
                .filter(|name| !name.is_empty()),
            ..$hello
        }
    };
}

/// Passes on what was decoded in memory, line by line: most adapters' [`Peer::output`].
///
/// # Errors
///
/// The output is not UTF-8, or the receiver's error.
pub fn output_in_memory(out: &[u8], line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
    let text = std::str::from_utf8(out).context("the output is not UTF-8")?;
    text.lines().try_for_each(line)?;
    Ok(out.len() as u64)
}
