//! What is signed: an in-toto statement about one receipt.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use receipt::Receipt;
use serde::{Deserialize, Serialize};

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// Of this project; docs/receipt.md describes it.
const PREDICATE: &str = "https://github.com/EffortlessMetrics/copybook-bench/receipt/v1";
/// How the digest comes about.
const FORM: &str = "RFC 8785 without the field integrity";

/// in-toto's `Statement`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Predicate,
}

/// The receipt.
#[derive(Debug, Serialize, Deserialize)]
struct Subject {
    name: String,
    digest: BTreeMap<String, String>,
}

/// What a reader of the statement alone wants to know.
#[derive(Debug, Serialize, Deserialize)]
struct Predicate {
    /// Of what the digest is.
    form: String,
    timestamp: String,
    commit: Option<String>,
    status: receipt::Verdict,
}

impl Statement {
    pub(super) fn about(receipt: &Receipt) -> Self {
        let sha256 = receipt.integrity.sha256.clone();
        Self {
            kind: STATEMENT.to_owned(),
            subject: vec![Subject {
                name: "perf.json".to_owned(),
                digest: BTreeMap::from([("sha256".to_owned(), sha256)]),
            }],
            predicate_type: PREDICATE.to_owned(),
            predicate: Predicate {
                form: FORM.to_owned(),
                timestamp: receipt.timestamp.clone(),
                commit: receipt.commit.clone(),
                status: receipt.status,
            },
        }
    }

    /// Whether it is about this receipt, whose hash was found to be right.
    ///
    /// # Errors
    /// It is about another one, or no statement of this project.
    pub(super) fn check(&self, receipt: &Receipt) -> Result<()> {
        ensure!(
            self.kind == STATEMENT
                && self.predicate_type == PREDICATE
                && self.predicate.form == FORM,
            "expected a statement {PREDICATE} about the form `{FORM}`, found {} about `{}`",
            self.predicate_type,
            self.predicate.form
        );
        let digests: Vec<_> = self
            .subject
            .iter()
            .filter_map(|one| one.digest.get("sha256"))
            .collect();
        ensure!(
            digests.contains(&&receipt.integrity.sha256),
            "it is about another receipt: expected the sha256 {}, found {digests:?}",
            receipt.integrity.sha256
        );
        Ok(())
    }
}
