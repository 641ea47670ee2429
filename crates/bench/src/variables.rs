//! Environment variables as operators set them.

use std::env;
use std::ffi::OsStr;

use clap::builder::Resettable;

/// An empty variable is one that is not set: wrappers pass on what they may not have. Only
/// `BENCH_FILTER` means something when it is empty.
pub(crate) fn without_empty(command: clap::Command) -> clap::Command {
    let is_empty = |name: &OsStr| env::var_os(name).is_some_and(|value| value.is_empty());
    let flag = move |arg: clap::Arg| match arg.get_env() {
        Some(name) if name != "BENCH_FILTER" && is_empty(name) => arg.env(Resettable::Reset),
        _ => arg,
    };
    command.mut_subcommands(move |subcommand| subcommand.mut_args(flag))
}

/// Whether a switch such as `PERF` is on: set, and to none of the words for no.
pub(crate) fn is_on(value: Option<&str>) -> bool {
    let value = value.unwrap_or_default().trim().to_ascii_lowercase();
    !matches!(value.as_str(), "" | "0" | "false" | "no" | "off" | "n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_no_are_no() {
        for no in ["", "0", "false", "no", "off", "No", "OFF", "False", "n"] {
            assert!(!is_on(Some(no)), "{no}");
        }
        for yes in ["1", "true", "yes", "on", "2"] {
            assert!(is_on(Some(yes)), "{yes}");
        }
        assert!(!is_on(None));
    }
}
