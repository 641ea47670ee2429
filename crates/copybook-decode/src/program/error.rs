//! Why a schema cannot be compiled.

/// A schema or a choice of options that cannot be turned into a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The copybook asks for something that is not supported or makes no sense.
    #[error("line {line}, field {field}: {problem}; {remedy}")]
    Field {
        /// Line of the copybook, from 1.
        line: usize,
        /// Name of the field.
        field: String,
        /// What was found.
        problem: String,
        /// What to do.
        remedy: &'static str,
    },
    /// No field has any bytes.
    #[error("the copybook describes no bytes; give at least one field with a PICTURE")]
    Empty,
    /// The forced kernel does not run on this CPU.
    #[error(
        "kernel {wanted} is not available on this CPU; choose one of: {available}, or none for the \
         fastest"
    )]
    Kernel {
        /// The kernel asked for.
        wanted: &'static str,
        /// Those that would run.
        available: String,
    },
    /// The options contradict the schema.
    #[error("{problem}; {remedy}")]
    Options {
        /// What was found.
        problem: String,
        /// What to do.
        remedy: &'static str,
    },
}
