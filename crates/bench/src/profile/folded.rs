//! Folded stacks: `outermost;...;innermost COUNT`, one line a stack, the form that tools for flame
//! graphs exchange.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};

/// Stacks, outermost function first, with how much was counted in each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Folded {
    stacks: BTreeMap<Vec<String>, u64>,
}

/// One function's share of all.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Share {
    pub(crate) function: String,
    /// Counted while it was the innermost.
    pub(crate) own: f64,
    /// Counted while it was anywhere in the stack.
    pub(crate) with_callees: f64,
}

/// What the kernel or the profiler could not name.
pub(crate) const UNKNOWN: &str = "[unknown]";

impl Folded {
    /// Adds one stack, outermost first.
    pub(crate) fn add(&mut self, stack: Vec<String>, count: u64) {
        if !stack.is_empty() && count > 0 {
            *self.stacks.entry(stack).or_default() += count;
        }
    }

    /// Everything counted.
    pub(crate) fn total(&self) -> u64 {
        self.stacks.values().sum()
    }

    /// Each stack, in the order of the names.
    pub(crate) fn stacks(&self) -> impl Iterator<Item = (&[String], u64)> {
        self.stacks
            .iter()
            .map(|(stack, count)| (stack.as_slice(), *count))
    }

    /// From `perf script -F comm,ip,sym --no-inline --no-demangle`: blocks of a line with the command's
    /// name and then one line a frame, the innermost first, with an empty line behind each block.
    pub(crate) fn from_perf_script(text: &str) -> Self {
        let mut folded = Self::default();
        let mut stack: Vec<String> = Vec::new();
        for line in text.lines().chain([""]) {
            if line.trim().is_empty() {
                stack.reverse();
                folded.add(std::mem::take(&mut stack), 1);
                continue;
            }
            let mut words = line.trim().splitn(2, ' ');
            let address = words.next().unwrap_or_default();
            let is_frame = line.starts_with(char::is_whitespace)
                && address.chars().all(|c| c.is_ascii_hexdigit());
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
    pub(crate) fn from_callgrind(text: &str) -> Result<Self> {
        ensure!(
            text.lines().any(|line| line.starts_with("events: Ir")),
            "expected a file of Callgrind's that counts instructions, found no line `events: Ir`"
        );
        let mut folded = Self::default();
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

    /// From its own text.
    ///
    /// # Errors
    /// A line has no count at its end.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut folded = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            let (stack, count) = line
                .rsplit_once(' ')
                .and_then(|(stack, count)| Some((stack, count.parse().ok()?)))
                .with_context(|| {
                    format!("line {number}: expected a stack and a count, such as `main;run 12`")
                })?;
            folded.add(stack.split(';').map(str::to_owned).collect(), count);
        }
        Ok(folded)
    }

    /// As text; [`Folded::parse`] reads the same.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        for (stack, count) in self.stacks() {
            // Writing to a String can't fail.
            let _ = writeln!(out, "{} {count}", stack.join(";"));
        }
        out
    }

    /// The functions, those with most of their own first.
    pub(crate) fn shares(&self) -> Vec<Share> {
        let all = self.total().max(1) as f64;
        let mut own: BTreeMap<&str, u64> = BTreeMap::new();
        let mut with: BTreeMap<&str, u64> = BTreeMap::new();
        for (stack, count) in self.stacks() {
            if let Some(last) = stack.last() {
                *own.entry(last).or_default() += count;
            }
            // A function that calls itself is there once.
            let mut once: Vec<&str> = stack.iter().map(String::as_str).collect();
            once.sort_unstable();
            once.dedup();
            for function in once {
                *with.entry(function).or_default() += count;
            }
        }
        let share = |(function, count): (&&str, &u64)| Share {
            function: (*function).to_owned(),
            own: own.get(function).copied().unwrap_or(0) as f64 / all,
            with_callees: *count as f64 / all,
        };
        let mut shares: Vec<Share> = with.iter().map(share).collect();
        shares.sort_by(|a, b| {
            let by_own = b.own.total_cmp(&a.own);
            by_own.then(b.with_callees.total_cmp(&a.with_callees))
        });
        shares
    }
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
    let readable = if readable.is_empty() {
        UNKNOWN
    } else {
        &readable
    };
    receipt::words::printable(readable).replace(';', ":")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "suite \n\t    7f01 _ZN3foo3bar17h0123456789abcdefE\n\t    7f02 main\n\n\
        suite \n\t    7f01 _ZN3foo3bar17h0123456789abcdefE\n\t    7f02 main\n\n\
        suite \n\t    7f03 main\n\t ffff8 [unknown]\n\n";

    #[test]
    fn stacks_of_perf_are_turned_around_and_added_up() {
        let folded = Folded::from_perf_script(SCRIPT);
        assert_eq!(folded.text(), "[unknown];main 1\nmain;foo::bar 2\n");
        assert_eq!(folded.total(), 3);
    }

    #[test]
    fn shares_are_of_all() {
        let folded = Folded::parse("a;b 6\na 2\na;b;a 2\n").expect("folded");
        let shares = folded.shares();
        let find = |name: &str| shares.iter().find(|share| share.function == name);
        let a = find("a").expect("a");
        assert_eq!(
            (a.own, a.with_callees),
            (0.4, 1.0),
            "once, though it calls itself"
        );
        let b = find("b").expect("b");
        assert_eq!((b.own, b.with_callees), (0.6, 0.8));
        assert_eq!(shares[0].function, "b");
        assert!((shares.iter().map(|share| share.own).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn its_text_can_be_read_again() {
        let folded = Folded::from_perf_script(SCRIPT);
        assert_eq!(Folded::parse(&folded.text()).expect("folded"), folded);
        let error = Folded::parse("a;b\n").expect_err("no count");
        assert!(format!("{error:#}").starts_with("line 1"), "{error:#}");
    }

    /// Contexts and abbreviations as in the format's specification; a callee's cost is its own.
    #[test]
    fn instructions_count_for_their_own_function() {
        let text = "version: 1\nevents: Ir\n\nfl=(1) a.rs\nfn=(1) main\n16 400\ncfn=(2) work'main\ncalls=3 20\n17 700\n\
            fn=(2)\n20 500\n+1 200\n\nfn=(1)\n* 5\ntotals: 1105\n";
        let folded = Folded::from_callgrind(text).expect("a profile");
        assert_eq!(folded.text(), "main 405\nmain;work 700\n");
        assert!(Folded::from_callgrind("version: 1\n").is_err());
    }

    #[test]
    fn names_can_not_break_the_form() {
        let folded = Folded::from_perf_script("x \n\t 1f evil;name\u{1b}[2J\n\n");
        assert_eq!(folded.text(), "evil:name\\u{1b}[2J 1\n");
    }
}
