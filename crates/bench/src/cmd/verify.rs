//! `bench verify`: is this a receipt, and does every number follow from its samples?

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use receipt::Receipt;
use serde_json::Value;

use crate::Outcome;

/// The published schema, as in docs/.
const SCHEMA: &str = include_str!("../../../../docs/receipt.schema.json");

/// Check receipts: their shape by the published schema, their seal, and every derived number by
/// computing it again. Lists every problem; exit 1 if there is one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Receipts to check, before you believe or compare them.
    #[arg(value_name = "FILE", required = true)]
    receipts: Vec<PathBuf>,
}

/// # Errors
/// A file can't be read.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let mut outcome = Outcome::Done;
    for path in &args.receipts {
        let problems = problems(path)?;
        if problems.is_empty() {
            println!("{}: verified", path.display());
        } else {
            outcome = Outcome::No;
        }
        for problem in problems {
            eprintln!("{}: {problem}", path.display());
        }
    }
    Ok(outcome)
}

/// Every way in which a file is no sound receipt.
fn problems(path: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("can't read the receipt {}", path.display()))?;
    let value: Value = match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(error) => return Ok(vec![format!("not JSON: {error}")]),
    };
    let mut found = against_schema(&value)?;
    match Receipt::parse(&text, path) {
        Ok(receipt) => {
            let unsound = receipt::verify(&receipt, &text).err().unwrap_or_default();
            found.extend(unsound.iter().map(ToString::to_string));
        }
        // The schema has said so already, and where.
        Err(_) if !found.is_empty() => {}
        Err(error) => found.push(error.to_string()),
    }
    Ok(found)
}

fn against_schema(value: &Value) -> Result<Vec<String>> {
    let schema = serde_json::from_str(SCHEMA).context("the built-in schema is not JSON")?;
    let validator = match jsonschema::validator_for(&schema) {
        Ok(validator) => validator,
        Err(error) => bail!("the built-in schema is not a schema: {error}"),
    };
    let problem =
        |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    Ok(validator.iter_errors(value).map(problem).collect())
}
