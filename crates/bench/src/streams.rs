//! Standard output and standard error: the one place where this program prints.
//!
//! What a file or a subject says may be part of any of our texts. It can't move the cursor there or colour
//! what we say ourselves: control characters are spelled out. Documents for programs go out as they are.
//!
//! The standard library's `println!` ends a program with a panic when its reader has gone away
//! (`| head`) or the disk is full; a lint keeps it out of this crate.

use std::fmt;
use std::io::{self, ErrorKind};

use anyhow::{Context as _, Error, Result};
use receipt::words::printable_lines;

use crate::words;

/// `println!` for what was asked for: `say!("{name}: verified")?`.
macro_rules! say {
    ($($arg:tt)*) => {
        $crate::streams::print(format_args!("{}\n", format_args!($($arg)*)))
    };
}

/// `eprintln!` for what a human should know beside it: `note!("warning: {warning}")`.
macro_rules! note {
    ($($arg:tt)*) => {
        $crate::streams::remark(format_args!("{}\n", format_args!($($arg)*)))
    };
}

pub(crate) use {note, say};

/// Writes text to standard output. A reader that has gone away has seen enough.
///
/// # Errors
/// Standard output takes no more for any other reason: its disk is full.
pub(crate) fn print(text: impl fmt::Display) -> Result<()> {
    let text = printable_lines(&text.to_string());
    settle(write_through(&mut io::stdout().lock(), text))
}

/// Writes a document for a program to standard output, byte for byte, and ends its last line.
///
/// # Errors
/// As [`print()`].
pub(crate) fn document(text: &str) -> Result<()> {
    settle(write_through(
        &mut io::stdout().lock(),
        format_args!("{}\n", text.trim_end()),
    ))
}

/// Writes all of what was asked for to standard output, or fails: for what must not get lost.
///
/// # Errors
/// Standard output takes no more, a reader that has gone away included.
pub(crate) fn print_whole(text: impl fmt::Display) -> Result<()> {
    write_through(&mut io::stdout().lock(), text).context("can't write to standard output")
}

/// Writes to standard error. Where that fails there is nobody left to tell.
pub(crate) fn remark(text: impl fmt::Display) {
    let text = printable_lines(&text.to_string());
    let _ = write_through(&mut io::stderr().lock(), text);
}

/// Why this program ends without a result. Its further lines, such as a subject's last words, stand to the
/// right, where they can't pass for lines of ours.
pub(crate) fn complain(error: &Error) {
    note!(
        "bench: {}",
        words::error(error).trim_end().replace('\n', "\n    ")
    );
}

/// What a library's attempt to print came to; see [`print()`].
///
/// # Errors
/// As [`print()`].
pub(crate) fn settle(printed: io::Result<()>) -> Result<()> {
    match printed {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("can't write to standard output"),
    }
}

/// Standard output would keep the last line to itself, and its error too.
fn write_through(to: &mut impl io::Write, text: impl fmt::Display) -> io::Result<()> {
    write!(to, "{text}")?;
    to.flush()
}
