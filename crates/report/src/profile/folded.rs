//! Folded stacks: `outermost;...;innermost COUNT`, one line a stack, the form that tools for flame
//! graphs exchange.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use thiserror::Error;

/// Stacks, outermost function first, with how much was counted in each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    stacks: BTreeMap<Vec<String>, u64>,
}

/// One function's share of all.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// Its name.
    pub function: String,
    /// Counted while it was the innermost.
    pub own: f64,
    /// Counted while it was anywhere in the stack.
    pub with_callees: f64,
}

/// A line that is no stack.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {number}: expected a stack and a count, such as `main;run 12`")]
pub struct FoldedError {
    /// Counting from 1.
    number: usize,
}

/// What the kernel or the profiler could not name.
pub const UNKNOWN: &str = "[unknown]";

impl Folded {
    /// Adds one stack, outermost first.
    pub fn add(&mut self, stack: Vec<String>, count: u64) {
        if !stack.is_empty() && count > 0 {
            *self.stacks.entry(stack).or_default() += count;
        }
    }

    /// Everything counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.stacks.values().sum()
    }

    /// Each stack, in the order of the names.
    pub fn stacks(&self) -> impl Iterator<Item = (&[String], u64)> {
        self.stacks
            .iter()
            .map(|(stack, count)| (stack.as_slice(), *count))
    }

    /// From its own text.
    ///
    /// # Errors
    /// A line has no count at its end.
    pub fn parse(text: &str) -> Result<Self, FoldedError> {
        let mut folded = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            let (stack, count) = line
                .rsplit_once(' ')
                .and_then(|(stack, count)| Some((stack, count.parse().ok()?)))
                .ok_or(FoldedError { number })?;
            folded.add(stack.split(';').map(str::to_owned).collect(), count);
        }
        Ok(folded)
    }

    /// As text; [`Folded::parse`] reads the same.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (stack, count) in self.stacks() {
            // Writing to a String can't fail.
            let _ = writeln!(out, "{} {count}", stack.join(";"));
        }
        out
    }

    /// What a table has: the functions with something of their own, there or in a base, those with most of it first,
    /// and the points by which that share grew.
    #[must_use]
    pub fn against(&self, base: Option<&Self>) -> Vec<(Share, Option<f64>)> {
        let mut shares = self.shares();
        let base_shares = base.map(Self::shares).unwrap_or_default();
        let before: BTreeMap<&str, f64> = base_shares
            .iter()
            .map(|one| (one.function.as_str(), one.own))
            .collect();
        let here: BTreeSet<&str> = self.stacks.keys().flatten().map(String::as_str).collect();
        let gone = before.keys().filter(|name| !here.contains(**name));
        shares.extend(gone.map(|name| Share {
            function: (*name).to_owned(),
            own: 0.0,
            with_callees: 0.0,
        }));
        let was = |share: &Share| before.get(share.function.as_str()).copied().unwrap_or(0.0);
        shares.retain(|share| share.own > 0.0 || was(share) > 0.0);
        shares.sort_by(|a, b| b.own.max(was(b)).total_cmp(&a.own.max(was(a))));
        let with_growth = |share: Share| {
            let points = base.map(|_| 100.0 * (share.own - was(&share)));
            (share, points)
        };
        shares.into_iter().map(with_growth).collect()
    }

    /// The functions, those with most of their own first.
    #[must_use]
    pub fn shares(&self) -> Vec<Share> {
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

#[cfg(test)]
mod tests {
    use super::*;

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

    /// What nobody calls any more is news, too.
    #[test]
    fn what_is_gone_is_there_with_its_loss() {
        let folded = |text| Folded::parse(text).expect("folded");
        let found = folded("main;new 3\nmain 1\n").against(Some(&folded("main;old 9\nmain 1\n")));
        let found: Vec<_> = found
            .iter()
            .map(|(share, points)| (share.function.as_str(), share.own, points.map(f64::round)))
            .collect();
        assert_eq!(
            found,
            [
                ("old", 0.0, Some(-90.0)),
                ("new", 0.75, Some(75.0)),
                ("main", 0.25, Some(15.0))
            ]
        );
    }

    #[test]
    fn its_text_can_be_read_again() {
        let text = "[unknown];main 1\nmain;foo::bar 2\n";
        let folded = Folded::parse(text).expect("folded");
        assert_eq!((folded.text().as_str(), folded.total()), (text, 3));
        let error = Folded::parse("a 1\na;b\n").expect_err("no count");
        assert!(error.to_string().starts_with("line 2: "), "{error}");
    }
}
