//! A receipt held against a repository: what it says of objectives, benchmarks, answers and sources is
//! computed here again, from the checkout that a reader trusts.

mod answers;
mod objectives;

use std::path::Path;

use anyhow::{Context as _, Result};
use instrument::subject::Supervisor;
use instrument_build::sources;
use receipt::{Objectives, Receipt};
use workload::copybook_decode;

use crate::provenance::{self, Checkout, SOURCES, git};
use crate::suite::locate;

/// A checkout, and what is known of it.
pub(crate) struct Repository {
    checkout: Checkout,
    objectives: Objectives,
    sources: String,
    /// SHA-256 of the suite that was built from it, where that was asked for.
    rebuilt: Option<String>,
}

impl Repository {
    /// Reads a checkout, and builds its suite if that is asked for.
    ///
    /// # Errors
    /// It is none, somebody else can change it, its objectives can't be read, or its suite can't be
    /// built.
    pub(crate) fn read(folder: &Path, rebuild: bool) -> Result<Self> {
        let checkout = provenance::named(folder)?;
        let root = checkout.root();
        let sources = sources::hash(root).with_context(|| folder.display().to_string())?;
        let objectives = Objectives::load(&root.join("slo.toml"))?;
        let rebuilt = if rebuild {
            let suite = locate::locate(None, Some(root), &Supervisor::new()?)?;
            Some(provenance::sha256(&suite)?)
        } else {
            None
        };
        Ok(Self {
            checkout,
            objectives,
            sources,
            rebuilt,
        })
    }

    /// Every way in which a sound receipt contradicts the repository.
    pub(crate) fn contradictions(&self, receipt: &Receipt) -> Vec<String> {
        let mut found = objectives::check(receipt, &self.objectives);
        found.extend(self.programs(receipt));
        // The catalogue is compiled in: that of other sources may be another.
        if self.sources == SOURCES {
            found.extend(answers::check(receipt));
        } else {
            let root = self.checkout.root().display();
            found.push(format!(
                "its benchmarks can't be recomputed: this bench was built from sources {SOURCES}, and \
                 {root} has {}; use the bench that is built there",
                self.sources
            ));
        }
        found
    }

    /// Commit, sources and suite.
    fn programs(&self, receipt: &Receipt) -> Vec<String> {
        let environment = &receipt.environment;
        let mut found = Vec::new();
        found.extend(self.same_sources(
            "environment.command_source_hash",
            environment.command_source_hash.as_ref(),
        ));
        // Another decoder has sources of its own.
        if receipt.subject.name == "copybook-decode" {
            let sources = environment.source_hash.as_ref();
            found.extend(self.same_sources("environment.source_hash", sources));
            found.extend(self.commit(receipt));
            found.extend(version(receipt));
        }
        if let Some(rebuilt) = &self.rebuilt
            && *rebuilt != environment.suite_sha256
        {
            found.push(format!(
                "environment.suite_sha256: the suite built here is {rebuilt}, that of the receipt was \
                 {} (by {}; another compiler or other flags give another program)",
                environment.suite_sha256, receipt.toolchain
            ));
        }
        found
    }

    fn same_sources(&self, field: &str, recorded: Option<&String>) -> Option<String> {
        let own = &self.sources;
        match recorded {
            Some(recorded) if recorded == own => None,
            Some(recorded) => Some(format!(
                "{field}: the checkout has {own}, the receipt says {recorded}; check out the commit \
                 that it names"
            )),
            None => Some(format!("{field}: expected {own}, found null")),
        }
    }

    fn commit(&self, receipt: &Receipt) -> Option<String> {
        let Some(commit) = &receipt.commit else {
            return Some("commit: expected one of the repository's, found null".to_owned());
        };
        if commit.ends_with("-dirty") {
            return Some(format!(
                "commit {commit}: the sources were changed, and are in no commit"
            ));
        }
        let sources = git::sources_of(&self.checkout, commit);
        match (sources, &receipt.environment.source_hash) {
            (Err(_), _) => Some(format!(
                "commit {commit}: the repository at {} has none of that name",
                self.checkout.root().display()
            )),
            (Ok(sources), Some(recorded)) if sources != *recorded => Some(format!(
                "commit {commit}: it has the sources {sources}, the receipt says {recorded}"
            )),
            _ => None,
        }
    }
}

fn version(receipt: &Receipt) -> Option<String> {
    let (expected, found) = (copybook_decode::VERSION, &receipt.subject.version);
    (found != expected).then(|| format!("subject.version: expected {expected}, found {found}"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    /// What a liar starts from: a sound receipt whose benchmarks and objectives are the project's.
    fn receipt() -> Receipt {
        let file = root().join("results/epyc-2-cpus-kvm/2026-11-27.json");
        Receipt::load(&file).expect("a receipt")
    }

    fn objectives() -> Objectives {
        Objectives::load(&root().join("slo.toml")).expect("objectives")
    }

    #[test]
    fn an_honest_receipt_has_the_catalogues_answers_and_the_projects_floors() {
        assert_eq!(answers::check(&receipt()), [] as [String; 0]);
        assert_eq!(
            objectives::check(&receipt(), &objectives()),
            [] as [String; 0]
        );
    }

    #[test]
    fn every_answer_is_recomputed() {
        type Lie = (&'static str, fn(&mut Receipt));
        let lies: [Lie; 6] = [
            ("bytes_processed: recomputed 5000000", |receipt| {
                receipt.benchmarks[0].bytes_processed = 5_000_000_000_000;
            }),
            ("verified.records: recomputed 10000", |receipt| {
                receipt.benchmarks[0].verified.records += 1;
            }),
            ("verified.output_bytes: recomputed", |receipt| {
                receipt.benchmarks[0].verified.output_bytes -= 1;
            }),
            ("verified.output_sha256: recomputed", |receipt| {
                receipt.benchmarks[0].verified.output_sha256 = "0".repeat(64);
            }),
            ("expected values, as in the catalogue", |receipt| {
                receipt.benchmarks[0].verified.against = receipt::model::Against::DecodesOnly;
            }),
            ("the catalogue has no such benchmark", |receipt| {
                receipt.benchmarks[0].name = "slo_validation/display".to_owned();
            }),
        ];
        for (expected, lie) in lies {
            let mut forged = receipt();
            lie(&mut forged);
            let found = answers::check(&forged);
            assert!(found.iter().any(|one| one.contains(expected)), "{found:?}");
        }
    }

    #[test]
    fn a_benchmark_that_was_chosen_is_missed() {
        let mut forged = receipt();
        let left = forged.benchmarks.pop().expect("a benchmark");
        forged.settings = Some(receipt::model::Settings {
            launches: 5,
            warm_up_s: 1.0,
            measure_s: 1.0,
            samples: 10,
            filter: vec!["slo_validation".to_owned()],
            kernel: None,
        });
        let expected = format!("{}: settings.filter chooses it", left.name);
        let found = answers::check(&forged);
        assert!(
            found.iter().any(|one| one.starts_with(&expected)),
            "{found:?}"
        );
    }

    #[test]
    fn other_objectives_are_named() {
        type Lie = (&'static str, fn(&mut Receipt));
        let lies: [Lie; 4] = [
            ("floor_mibps of COMP-3", |receipt| {
                receipt.slo[1].floor_mibps = Some(8.0)
            }),
            ("benchmark of DISPLAY", |receipt| {
                receipt.slo[0].benchmark = "parse/wide".to_owned()
            }),
            ("the objective COMP-3 is left out", |receipt| {
                receipt.slo.pop();
            }),
            ("fast is no objective", |receipt| {
                let mut more = receipt.slo[0].clone();
                more.label = "fast".to_owned();
                receipt.slo.push(more);
            }),
        ];
        for (expected, lie) in lies {
            let mut forged = receipt();
            lie(&mut forged);
            let found = objectives::check(&forged, &objectives());
            assert!(found.iter().any(|one| one.contains(expected)), "{found:?}");
        }
    }

    /// In a checkout whose commit has other sources than the receipt's suite.
    #[test]
    fn sources_that_the_checkout_does_not_have_are_named() {
        let Ok(repository) = Repository::read(&root(), false) else {
            println!("skipped: this checkout can be changed by others");
            return;
        };
        let found = repository.contradictions(&receipt());
        assert!(
            found
                .iter()
                .any(|one| one.starts_with("environment.source_hash")),
            "{found:?}"
        );
    }
}
