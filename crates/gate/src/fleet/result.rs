//! A result as a file: one receipt, and which run of which task it is of.

use receipt::model::Task;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

/// What `kind` says.
pub const RESULT_KIND: &str = "fleet-result";
/// The version that is written.
const VERSION: u32 = 1;

/// The file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultFile {
    /// Version of this form.
    pub schema_version: u32,
    /// [`RESULT_KIND`].
    pub kind: String,
    /// See [`Task`].
    pub job: String,
    /// From 0.
    pub task: u64,
    /// How often the scheduler had started the task before.
    pub restart: u64,
    /// From 1.
    pub run: u64,
    /// Where it ran.
    pub node: String,
    /// As the operator calls it, beside what the receipt says of its CPUs.
    pub machine_type: Option<String>,
    /// Character by character as the run left it.
    pub receipt: Box<RawValue>,
}

/// A text that is no result.
#[derive(Debug, Error)]
pub enum ResultError {
    /// Something else.
    #[error("no result: {0}")]
    Parse(#[from] serde_json::Error),
    /// Of another kind, or of a later version.
    #[error("expected kind {RESULT_KIND} of schema version {VERSION}, found {kind} of {version}")]
    Other {
        /// What it says it is.
        kind: String,
        /// And of which version.
        version: u32,
    },
}

impl ResultFile {
    /// The result of a task.
    #[must_use]
    pub fn new(task: &Task, machine_type: Option<String>, receipt: Box<RawValue>) -> Self {
        Self {
            schema_version: VERSION,
            kind: RESULT_KIND.to_owned(),
            job: task.job.clone(),
            task: task.task,
            restart: task.restart,
            run: task.run,
            node: task.node.clone(),
            machine_type,
            receipt,
        }
    }

    /// From its text.
    ///
    /// # Errors
    /// It is something else.
    pub fn parse(text: &str) -> Result<Self, ResultError> {
        let file: Self = serde_json::from_str(text)?;
        if (file.kind.as_str(), file.schema_version) != (RESULT_KIND, VERSION) {
            return Err(ResultError::Other {
                kind: file.kind,
                version: file.schema_version,
            });
        }
        Ok(file)
    }

    /// The task that it says it is the result of.
    #[must_use]
    pub fn claimed(&self) -> Task {
        Task {
            job: self.job.clone(),
            task: self.task,
            restart: self.restart,
            run: self.run,
            node: self.node.clone(),
        }
    }
}
