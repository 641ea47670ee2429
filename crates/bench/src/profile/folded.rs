//! Folded stacks out of what a profiler wrote.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use report::profile::{Folded, UNKNOWN};

/// From `perf script -F comm,ip,sym --no-inline --no-demangle`: blocks of a line with the command's
/// name and then one line a frame, the innermost first, with an empty line behind each block.
pub(crate) fn from_perf_script(text: &str) -> Folded {
    let mut folded = Folded::default();
    let mut stack: Vec<String> = Vec::new();
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() {
            stack.reverse();
            folded.add(std::mem::take(&mut stack), 1);
            continue;
        }
        let mut words = line.trim().splitn(2, ' ');
        let address = words.next().unwrap_or_default();
        let is_frame =
            line.starts_with(char::is_whitespace) && address.chars().all(|c| c.is_ascii_hexdigit());
        if is_frame {
            stack.push(name(words.next().unwrap_or(UNKNOWN)));
        }
    }
    folded
}

/// From a file of Callgrind's that was written with `--separate-callers`, where a context is named
/// `innermost'caller'...` (Callgrind Format Specification, "fn=", and the manual's "Avoiding
/// cycles"). Only instructions of the function itself count for its stack: a line behind `calls=`
/// is what the callee took.
pub(crate) fn from_callgrind(text: &str) -> Result<Folded> {
    ensure!(
        text.lines().any(|line| line.starts_with("events: Ir")),
        "expected a file of Callgrind's that counts instructions, found no line `events: Ir`"
    );
    let mut folded = Folded::default();
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let (mut stack, mut is_call) = (Vec::new(), false);
    for line in text.lines() {
        if let Some(named) = line.strip_prefix("fn=") {
            stack = context(full(named, &mut names));
        } else if let Some(named) = line.strip_prefix("cfn=") {
            full(named, &mut names);
        } else if line.starts_with("calls=") {
            is_call = true;
        } else if line.starts_with(|c: char| c.is_ascii_digit() || "+-*".contains(c)) {
            let count = line.split_whitespace().nth(1);
            if !std::mem::take(&mut is_call)
                && let Some(count) = count.and_then(|count| count.parse().ok())
            {
                folded.add(stack.clone(), count);
            }
        }
    }
    Ok(folded)
}

/// `(12) name` defines an abbreviation, `(12)` uses it; a name without one stands for itself.
fn full<'a>(named: &'a str, names: &mut BTreeMap<&'a str, &'a str>) -> &'a str {
    match named.split_once(") ") {
        Some((id, name)) if id.starts_with('(') => {
            names.insert(id, name);
            name
        }
        _ => {
            let id = named.strip_suffix(')').unwrap_or(named);
            names.get(id).copied().unwrap_or(named)
        }
    }
}

/// A context of Callgrind's, outermost first.
fn context(text: &str) -> Vec<String> {
    let mut stack: Vec<String> = text.split('\'').map(name).collect();
    stack.reverse();
    stack
}

/// A function's name as people know it: demangled, without the compiler's hash, and without what would
/// end a frame or a line.
fn name(symbol: &str) -> String {
    let symbol = symbol.trim();
    let bare = symbol.split("+0x").next().unwrap_or(symbol);
    let readable = format!("{:#}", rustc_demangle::demangle(bare));
    let readable = if is_nameless(&readable) {
        UNKNOWN
    } else {
        &readable
    };
    receipt::words::printable(readable).replace(';', ":")
}

/// What profilers put where a program has no symbols: nothing, `???`, or an address, as Callgrind does.
fn is_nameless(symbol: &str) -> bool {
    let address = symbol.strip_prefix("0x");
    let is_address =
        address.is_some_and(|hex| !hex.is_empty() && hex.chars().all(|c| c.is_ascii_hexdigit()));
    symbol.is_empty() || symbol == "???" || is_address
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "suite \n\t    7f01 _ZN3foo3bar17h0123456789abcdefE\n\t    7f02 main\n\n\
        suite \n\t    7f01 _ZN3foo3bar17h0123456789abcdefE\n\t    7f02 main\n\n\
        suite \n\t    7f03 main\n\t ffff8 [unknown]\n\n";

    #[test]
    fn stacks_of_perf_are_turned_around_and_added_up() {
        let folded = from_perf_script(SCRIPT);
        assert_eq!(folded.text(), "[unknown];main 1\nmain;foo::bar 2\n");
        assert_eq!(folded.total(), 3);
    }

    /// Contexts and abbreviations as in the format's specification; a callee's cost is its own.
    #[test]
    fn instructions_count_for_their_own_function() {
        let text = "version: 1\nevents: Ir\n\nfl=(1) a.rs\nfn=(1) main\n16 400\ncfn=(2) work'main\ncalls=3 20\n17 700\n\
            fn=(2)\n20 500\n+1 200\n\nfn=(1)\n* 5\ntotals: 1105\n";
        let folded = from_callgrind(text).expect("a profile");
        assert_eq!(folded.text(), "main 405\nmain;work 700\n");
        assert!(from_callgrind("version: 1\n").is_err());
    }

    /// A program without symbols: what has no name is counted as such, so that the warning is due.
    #[test]
    fn addresses_are_no_names() {
        let text = "events: Ir\n\nfn=(1) 0x000000000029caf0\n0 70\n\nfn=(2) ???\n0 20\n\nfn=(3) 0xfeed_it\n0 10\n";
        let folded = from_callgrind(text).expect("a profile");
        assert_eq!(folded.text(), "0xfeed_it 10\n[unknown] 90\n");
    }

    #[test]
    fn names_can_not_break_the_form() {
        let folded = from_perf_script("x \n\t 1f evil;name\u{1b}[2J\n\n");
        assert_eq!(folded.text(), "evil:name\\u{1b}[2J 1\n");
    }
}
