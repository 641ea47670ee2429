//! What has to be said beside a figure.

use crate::model::{Against, Verified};

impl Verified {
    /// Behind a rate, wherever one is shown: empty where the answers were compared with known ones,
    /// else the words that nothing was.
    #[must_use]
    pub fn caveat(&self) -> &'static str {
        match self.against {
            Against::DecodesOnly => " (answers not checked)",
            Against::Values | Against::CanonicalValues | Against::ExpectedFile => "",
        }
    }
}
