//! `bench verify`: is this a receipt, and does every number follow from its samples?

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::error::ErrorKind;
use gate::ab::record::Record;
use gate::instructions::Instructions;
use receipt::model::Task;
use receipt::{Receipt, bounded, words};
use serde::Serialize;
use serde_json::Value;

use super::file;
use crate::Outcome;
use crate::against::Repository;
use crate::signature;
use crate::streams::{document, note, say};

/// The published schemas, as in docs/.
const SCHEMA: &str = include_str!("../../../../docs/receipt.schema.json");
const SCHEMA_1: &str = include_str!("../../../../docs/receipt-1.schema.json");
const SCHEMA_2: &str = include_str!("../../../../docs/receipt-2.schema.json");
const SCHEMA_3: &str = include_str!("../../../../docs/receipt-3.schema.json");
const SCHEMA_4: &str = include_str!("../../../../docs/receipt-4.schema.json");
const SCHEMA_5: &str = include_str!("../../../../docs/receipt-5.schema.json");
/// That of comparisons.
const COMPARISON: &str = include_str!("../../../../docs/comparison.schema.json");

/// That of fleets' receipts.
const FLEET: &str = include_str!("../../../../docs/fleet.schema.json");

/// That of counted instructions.
const INSTRUCTIONS: &str = include_str!("../../../../docs/instructions.schema.json");

/// That of self-tests of the gate.
const SELFTEST: &str = include_str!("../../../../docs/selftest.schema.json");

/// Nobody reads more problems of one file.
const LISTED: usize = 100;
/// Said behind so many of them.
const MORE: &str = "there may be more problems, which are not listed";

/// What a reader may conclude, in one line.
const UNSIGNED: &str = "unsigned: verified means that a receipt does not contradict itself; that its run took place, \
                        and where, is its maker's word";

/// Check receipts: their shape by the published schema, their seal, and every derived number by
/// computing it again.
///
/// Checks every file and lists its problems; exits with 1 if there is one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Receipts to check before you believe or compare them; `-` reads standard input.
    #[arg(value_name = "FILE", required = true)]
    receipts: Vec<PathBuf>,

    /// Checkout of this project to hold receipts against: objectives, benchmarks, input sizes, records
    /// and digests, commit and sources are computed there again. Use it when you don't trust whoever
    /// made a receipt, with the bench that was built in that checkout.
    #[arg(long, value_name = "FOLDER")]
    checkout: Option<PathBuf>,

    /// Also build the suite in the checkout and compare its hash: for receipts that were made with
    /// the same compiler.
    #[arg(long, requires = "checkout")]
    rebuild: bool,

    /// Signature of the receipt (`bench sign`), which has to be by one of --signers. Only that tells
    /// who vouches for a receipt.
    #[arg(long, value_name = "FILE", requires = "signers")]
    signature: Option<PathBuf>,

    /// Public SSH keys of those whose signatures you accept, one a line as in ~/.ssh/authorized_keys;
    /// a .pub file is such a list.
    #[arg(long, value_name = "FILE", requires = "signature")]
    signers: Option<PathBuf>,

    /// Print one JSON document for programs: {"verified": BOOL, "receipts": [{"file": TEXT,
    /// "verified": BOOL, "signed_by": TEXT or null, "task": environment.task or null, "problems": [TEXT,
    /// ...]}]}.
    #[arg(long)]
    json: bool,
}

/// What was found out, as `--json` prints it.
#[derive(Serialize)]
struct Findings {
    verified: bool,
    receipts: Vec<Finding>,
}

#[derive(Serialize)]
struct Finding {
    file: String,
    verified: bool,
    /// Whose signature was checked.
    signed_by: Option<String>,
    /// Which task of a fleet a verified receipt is of.
    task: Option<Task>,
    problems: Vec<String>,
}

/// # Errors
/// Standard input was named twice, or the findings can't be printed.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    file::stdin_once(&args.receipts)?;
    if args.signature.is_some() && args.receipts.len() > 1 {
        let message = "--signature is about one receipt, found several files\n";
        bail!(clap::Error::raw(ErrorKind::ArgumentConflict, message));
    }
    let repository = args.checkout.as_deref();
    let repository = repository.map(|folder| Repository::read(folder, args.rebuild));
    let repository = repository.transpose()?;
    let receipts = args.receipts.iter();
    let receipts = receipts.map(|path| check(path, args, repository.as_ref()));
    let receipts = receipts.collect::<Result<Vec<_>>>()?;
    let verified = receipts.iter().all(|receipt| receipt.verified);
    let findings = Findings { verified, receipts };
    if args.json {
        document(&serde_json::to_string_pretty(&findings)?)?;
    } else {
        tell(&findings)?;
    }
    Ok(if verified { Outcome::Done } else { Outcome::No })
}

fn tell(findings: &Findings) -> Result<()> {
    for one in &findings.receipts {
        let Finding {
            file,
            signed_by,
            task,
            problems,
            ..
        } = one;
        let file = words::printable(file);
        match signed_by {
            _ if !problems.is_empty() => {}
            Some(signer) => say!("{file}: verified, signed by {}", words::printable(signer))?,
            None => say!("{file}: verified")?,
        }
        if let Some(task) = task.as_ref().filter(|_| problems.is_empty()) {
            note!("  {}", task.in_words());
        }
        for problem in problems {
            note!("{file}: {}", words::printable(problem));
        }
    }
    let unsigned = |receipt: &Finding| receipt.verified && receipt.signed_by.is_none();
    if findings.receipts.iter().any(unsigned) {
        note!("{UNSIGNED}");
    }
    Ok(())
}

/// A file that can't be read is a problem of that file, not of those behind it.
fn check(path: &Path, args: &Args, repository: Option<&Repository>) -> Result<Finding> {
    let mut signed_by = None;
    let mut task = None;
    let problems = match file::read(path) {
        Ok(text) => match problems(&text, path)? {
            found if found.is_empty() => match Receipt::parse(&text, path) {
                Ok(receipt) => {
                    task = receipt.environment.task.clone();
                    beyond(&receipt, args, repository, &mut signed_by)
                }
                Err(_) if repository.is_some() || args.signature.is_some() => {
                    vec![
                        "--checkout and --signature: expected a receipt, found a file of another kind"
                            .to_owned(),
                    ]
                }
                Err(_) => found,
            },
            found => found,
        },
        Err(error) => vec![crate::words::error(&error)],
    };
    Ok(Finding {
        file: file::name(path),
        verified: problems.is_empty(),
        signed_by,
        task,
        problems,
    })
}

/// What is wrong with a sound receipt by the word of others.
fn beyond(
    receipt: &Receipt,
    args: &Args,
    repository: Option<&Repository>,
    signed_by: &mut Option<String>,
) -> Vec<String> {
    let mut found = repository.map_or_else(Vec::new, |one| one.contradictions(receipt));
    if let (Some(signature), Some(signers)) = (&args.signature, &args.signers) {
        match signature::check(receipt, signature, signers) {
            Ok(signer) => *signed_by = Some(signer),
            Err(error) => found.push(crate::words::error(&error)),
        }
    }
    found
}

/// Every way in which a text is no sound receipt.
pub(crate) fn problems(text: &str, path: &Path) -> Result<Vec<String>> {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return Ok(vec![format!("not JSON: {error}")]),
    };
    match value.get("kind").and_then(Value::as_str) {
        Some("comparison") => return comparison(text, &value),
        Some(gate::fleet::KIND) => return fleet(text, &value),
        Some("instructions") => return instructions(text, &value, path),
        Some(gate::selftest::KIND) => return selftest(text, &value),
        Some(kind) => return Ok(vec![another(kind)]),
        None => {}
    }
    let mut found = against_schema(&value)?;
    if found.len() >= LISTED {
        return Ok(found);
    }
    match Receipt::parse(text, path) {
        Ok(receipt) => {
            let unsound = receipt::verify(&receipt, text).err().unwrap_or_default();
            found.extend(unsound.iter().map(ToString::to_string));
        }
        // The schema has said so already, and where.
        Err(_) if !found.is_empty() => {}
        Err(error) => found.push(error.to_string()),
    }
    if found.len() > LISTED {
        found.truncate(LISTED);
        found.push(MORE.to_owned());
    }
    Ok(found)
}

/// The receipt of a run says no kind; every field that it has and this lacks would only hide that.
fn another(kind: &str) -> String {
    let remedy = if kind == gate::fleet::RESULT_KIND {
        "; `bench fleet collect` verifies the receipt in it, and so does `jq .receipt FILE | bench verify -`"
    } else {
        ""
    };
    format!("expected a receipt, found a file of the kind `{kind}`{remedy}")
}

/// The same of a comparison (`ab.json`).
fn comparison(text: &str, value: &Value) -> Result<Vec<String>> {
    let mut found = against(COMPARISON, value)?;
    if found.is_empty() {
        let unsound = Record::verified(text).err();
        found.extend(unsound.map(|error| error.to_string()));
    }
    Ok(found)
}

/// The same of a fleet's receipt (`fleet.json`).
fn fleet(text: &str, value: &Value) -> Result<Vec<String>> {
    let mut found = against(FLEET, value)?;
    if found.is_empty() {
        let unsound = gate::fleet::Fleet::verified(text).err();
        found.extend(unsound.map(|error| error.to_string()));
    }
    Ok(found)
}

/// The same of a self-test of the gate (`selftest.json`).
fn selftest(text: &str, value: &Value) -> Result<Vec<String>> {
    let mut found = against(SELFTEST, value)?;
    if found.is_empty() {
        let unsound = gate::selftest::SelfTest::verified(text).err();
        found.extend(unsound.map(|error| error.to_string()));
    }
    Ok(found)
}

/// The same of counted instructions (`instructions.json`); the comparison that they name lies beside
/// them.
fn instructions(text: &str, value: &Value, path: &Path) -> Result<Vec<String>> {
    let mut found = against(INSTRUCTIONS, value)?;
    if found.is_empty() {
        let beside = path.parent().map(|folder| folder.join("ab.json"));
        let beside = beside.filter(|_| path != Path::new("-"));
        let beside = beside.and_then(|path| bounded::read_to_string(&path, bounded::DOCUMENT).ok());
        let beside = beside.and_then(|text| Record::verified(&text).ok());
        let unsound = Instructions::verified(text, beside.as_ref()).err();
        found.extend(unsound.map(|error| error.to_string()));
    }
    Ok(found)
}

fn against_schema(value: &Value) -> Result<Vec<String>> {
    let schema = match value.get("schema_version").and_then(Value::as_u64) {
        Some(1) => SCHEMA_1,
        Some(2) => SCHEMA_2,
        Some(3) => SCHEMA_3,
        Some(4) => SCHEMA_4,
        Some(5) => SCHEMA_5,
        _ => SCHEMA,
    };
    against(schema, value)
}

fn against(schema: &str, value: &Value) -> Result<Vec<String>> {
    let schema: Value = serde_json::from_str(schema).context("the built-in schema is not JSON")?;
    let validator = match jsonschema::validator_for(&schema) {
        Ok(validator) => validator,
        Err(error) => bail!("the built-in schema is not a schema: {error}"),
    };
    let problem =
        |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    let mut found: Vec<String> = validator
        .iter_errors(value)
        .take(LISTED)
        .map(problem)
        .collect();
    if found.len() == LISTED {
        found.push(MORE.to_owned());
    }
    Ok(found)
}
