//! What a signal that ends a command leaves behind.

use anyhow::Error;
use instrument::subject::{Interrupted, SubjectError};

/// Says before an interruption what it leaves. Any other error stays as it is.
pub(crate) fn leaves(error: Error, what: &'static str) -> Error {
    let is_one = error.chain().any(|cause| {
        cause.is::<Interrupted>()
            || matches!(
                cause.downcast_ref(),
                Some(SubjectError::Interrupted(Interrupted(_)))
            )
    });
    if is_one { error.context(what) } else { error }
}
