//! One target folder belongs to one checkout.
//!
//! Cargo tells the packages of a workspace apart by their places within it, and whether a file changed by its
//! time alone. Two checkouts that share a target folder are one to it: it compiles what is newer in the second
//! and keeps from the first what is not. A program of such a mixture has no sources that could be named.

use std::fs;
use std::io;
use std::path::Path;

/// Notes in a build script's own output folder `out` which checkout builds there.
///
/// # Errors
/// In words: another checkout did so before, or the folder can't be used.
pub(crate) fn claim(out: &Path, root: &Path) -> Result<(), String> {
    let path = out.join("built-from");
    let own = root.as_os_str().as_encoded_bytes();
    match fs::read(&path) {
        Ok(found) if found == own => Ok(()),
        Ok(found) => Err(format!(
            "cargo's target folder was used by another checkout: expected to find in it what was built from {}, \
             found what was built from {}. Cargo would mix the two, and nobody could say what the program was \
             built from. Give each checkout a target folder of its own (CARGO_TARGET_DIR), or empty this one \
             with 'cargo clean'; {} is the note of who used it",
            root.display(),
            String::from_utf8_lossy(&found),
            path.display()
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::write(&path, own)
            .map_err(|error| format!("can't write {}: {error}", path.display())),
        Err(error) => Err(format!("can't read {}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_folder_is_that_of_one_checkout() {
        let out = tempfile::tempdir().expect("a folder");
        let (one, other) = (Path::new("/src/one"), Path::new("/src/other"));
        assert_eq!(claim(out.path(), one), Ok(()));
        assert_eq!(claim(out.path(), one), Ok(()));
        let problem = claim(out.path(), other).expect_err("it is the first one's");
        for part in ["from /src/other", "from /src/one", "CARGO_TARGET_DIR"] {
            assert!(problem.contains(part), "{problem}");
        }
        assert_eq!(claim(out.path(), one), Ok(()));
        assert!(claim(&out.path().join("none"), one).is_err());
    }
}
