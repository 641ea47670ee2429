//! Real data for the tests of several crates.

use std::path::{Path, PathBuf};

/// A file or folder of real data, which has to be there once `COPYBOOK_REAL_DATA` names the folder
/// with all of them.
pub(crate) fn real_data(name: &str) -> Option<PathBuf> {
    let Some(data) = std::env::var_os("COPYBOOK_REAL_DATA").filter(|given| !given.is_empty())
    else {
        println!("skipped: real data (COPYBOOK_REAL_DATA names no folder that has them)");
        return None;
    };
    let path = Path::new(&data).join(name);
    assert!(path.exists(), "{}: not found", path.display());
    Some(path)
}
