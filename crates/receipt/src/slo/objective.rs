//! One objective of `slo.toml`: what it bounds, and whether it makes sense.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{FIRST_LAUNCH, MEMORY};
use crate::words;

/// A floor under the throughput of one benchmark, absolute or as a multiple of a peer's, or a ceiling over
/// what a run of a group of them has once: its peak memory, or its time to the first launch.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Name of the metric, lower case, ends in `_mibps`; [`super::DISPLAY`] and [`super::COMP3`] also fill the
    /// receipt's fields of that name. A multiple's ends in `_times`. A ceiling's is [`MEMORY`] or [`FIRST_LAUNCH`].
    pub metric: String,
    /// Criterion's `group/name`. Of a ceiling the group and a slash, `group/`: it is judged where
    /// nothing else ran, since a process has one peak, whichever of its benchmarks made it.
    pub benchmark: String,
    /// Short name for the summary line.
    pub label: String,
    /// Least throughput, MiB/s of input.
    pub floor_mibps: Option<f64>,
    /// Least throughput as a multiple of that of `peer`, whose launches are interleaved with ours.
    pub floor_times: Option<f64>,
    /// A decoder of peers/peers.toml.
    pub peer: Option<String>,
    /// Greatest peak resident set, MiB.
    pub ceiling_mib: Option<f64>,
    /// Longest time to the first launch, seconds.
    pub ceiling_s: Option<f64>,
    /// Where the floor comes from.
    pub why: String,
}

impl Objective {
    /// Whether a run that measured these benchmarks can be judged by it, as far as they go: a multiple
    /// of a peer's needs the peer too.
    pub fn covers<'a>(&self, measured: impl IntoIterator<Item = &'a str>) -> bool {
        let mut measured = measured.into_iter();
        if self.is_ceiling() {
            measured.all(|name| name.starts_with(&self.benchmark))
        } else {
            measured.any(|name| name == self.benchmark)
        }
    }

    /// Whether it is about the run of a group, not about one benchmark.
    pub(super) fn is_ceiling(&self) -> bool {
        self.ceiling_mib.is_some() || self.ceiling_s.is_some()
    }

    /// One bound, and the metric, benchmark and peer that go with it.
    fn check_bound(&self) -> Result<(), String> {
        let bounds = [
            ("floor_mibps", self.floor_mibps),
            ("floor_times", self.floor_times),
            ("ceiling_mib", self.ceiling_mib),
            ("ceiling_s", self.ceiling_s),
        ];
        let mut given = bounds
            .iter()
            .filter_map(|(field, bound)| Some((field, (*bound)?)));
        let (Some((field, bound)), None) = (given.next(), given.next()) else {
            return Err(
                "expected one of floor_mibps, floor_times, ceiling_mib and ceiling_s, and no other"
                    .to_owned(),
            );
        };
        if let Some(metric) = self.wrong_metric() {
            return Err(format!("expected {metric}, found `{}`", self.metric));
        }
        if self.is_ceiling() && !is_group(&self.benchmark) {
            return Err(format!(
                "expected {field} with a group of benchmarks, such as `slo_validation/`, found `{}`",
                self.benchmark
            ));
        }
        if !bound.is_finite() || bound <= 0.0 {
            return Err(format!("expected {field} above 0, found {bound}"));
        }
        match (&self.peer, self.floor_times) {
            (Some(peer), Some(_)) if words::is_blank(peer) => {
                Err("expected peer to say something, found nothing".to_owned())
            }
            (Some(_), Some(_)) | (None, None) => Ok(()),
            _ => Err("expected peer with floor_times, and only there".to_owned()),
        }
    }

    /// What its metric has to be, where it is not.
    fn wrong_metric(&self) -> Option<String> {
        let ends =
            |end: &str| format!("a metric of lower-case letters, digits and _ that ends in {end}");
        let is = |metric: &str, field: &str| {
            (self.metric != metric).then(|| format!("the metric {metric} with {field}"))
        };
        if self.floor_times.is_some() {
            (!is_metric(&self.metric, "_times")).then(|| ends("_times"))
        } else if self.ceiling_mib.is_some() {
            is(MEMORY, "ceiling_mib")
        } else if self.ceiling_s.is_some() {
            is(FIRST_LAUNCH, "ceiling_s")
        } else {
            (!is_metric(&self.metric, "_mibps")).then(|| ends("_mibps"))
        }
    }

    /// Whether the entry makes sense beside those that were `seen` before it.
    pub(super) fn check<'a>(&'a self, seen: &mut BTreeSet<Place<'a>>) -> Result<(), String> {
        self.check_bound()?;
        let named = [
            ("metric", &self.metric),
            ("benchmark", &self.benchmark),
            ("label", &self.label),
        ];
        if let Some((field, _)) = named
            .iter()
            .chain([&("why", &self.why)])
            .find(|(_, text)| words::is_blank(text))
        {
            return Err(format!("expected {field} to say something, found nothing"));
        }
        for (field, text) in named {
            if !seen.insert(place(field, text, &self.metric, self.peer.as_deref())) {
                return Err(format!("expected each {field} once, found `{text}` again"));
            }
        }
        Ok(())
    }
}

/// What no two objectives share.
pub(crate) type Place<'a> = (&'a str, &'a str, &'a str);

/// A text of a field, so that each is there once; of a benchmark or group once for each thing that is
/// asked of it: a floor of its own, one for each peer, peak memory, time to the first launch.
pub(crate) fn place<'a>(
    field: &'static str,
    text: &'a str,
    metric: &'a str,
    peer: Option<&'a str>,
) -> Place<'a> {
    match (field, metric, peer) {
        ("benchmark", FIRST_LAUNCH, _) => (FIRST_LAUNCH, "", text),
        ("benchmark", _, Some(peer)) => (field, peer, text),
        _ => (field, "", text),
    }
}

/// The group that a ceiling is about, with its slash, such as `slo_validation/`.
pub(crate) fn is_group(text: &str) -> bool {
    text.len() > 1 && text.ends_with('/')
}

/// Lower case, digits, underscores, and this end.
pub(crate) fn is_metric(text: &str, end: &str) -> bool {
    let word = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    text.len() > end.len()
        && text.ends_with(end)
        && text.as_bytes()[0].is_ascii_lowercase()
        && text.bytes().all(word)
}
