//! The two programs of a comparison: found, or built, and laid side by side.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

/// What the command line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Side {
    /// A suite program.
    Program(PathBuf),
    /// A container image that holds one.
    Image(String),
    /// A revision of the checkout.
    Revision(String),
}

/// Where a store path, an unpacked package or image keeps the suite.
const PLACES: [&str; 3] = [
    "libexec/copybook-bench/slo_validation",
    "bin/slo_validation",
    "slo_validation",
];

impl Side {
    /// A path that exists is a program or a folder that holds one, `image:REF` is an image, all else
    /// is a revision that git knows. As in a shell, a program in the current folder is named `./NAME`:
    /// `main` is a revision even where somebody left a file of that name.
    ///
    /// # Errors
    /// A path without a suite program.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        ensure!(
            !text.is_empty(),
            "expected a commit, a program, a store path or image:REF, found nothing"
        );
        if let Some(image) = text.strip_prefix("image:") {
            ensure!(
                !image.is_empty() && !image.starts_with('-'),
                "{text}: expected the name of an image behind `image:`"
            );
            return Ok(Self::Image(image.to_owned()));
        }
        let path = Path::new(text);
        let is_path = path.is_absolute() || text.contains('/') || text == ".";
        if is_path && path.is_file() {
            return Ok(Self::Program(full(path)?));
        }
        if is_path && path.is_dir() {
            let found = PLACES
                .iter()
                .map(|place| path.join(place))
                .find(|path| path.is_file());
            return match found {
                Some(program) => Ok(Self::Program(full(&program)?)),
                None => bail!(
                    "{text}: expected a suite program in it, at {}",
                    PLACES.join(" or ")
                ),
            };
        }
        ensure!(
            !text.starts_with('-') && !path.is_absolute(),
            "{text}: expected a commit, a program, a store path or image:REF; there is no such file"
        );
        Ok(Self::Revision(text.to_owned()))
    }
}

fn full(path: &Path) -> Result<PathBuf> {
    path.canonicalize()
        .with_context(|| format!("can't resolve {}", path.display()))
}

/// Copies of the programs at paths of equal length, since the length of a path moves what lies on the
/// stack. The control arm is a copy of its own: where a file happens to lie in memory is part of
/// what it controls.
pub(crate) struct Copies {
    /// Base, control and new, in folders `base`, `ctrl` and `test`.
    pub(crate) programs: [PathBuf; 3],
}

impl Copies {
    /// Copies them into `work`.
    ///
    /// # Errors
    /// A program can't be read, or the folder can't be written.
    pub(crate) fn make(base: &Path, new: &Path, work: &Path) -> Result<Self> {
        let copy = |from: &Path, name: &str| -> Result<PathBuf> {
            let folder = work.join(name);
            fs::create_dir_all(&folder)
                .with_context(|| format!("can't create {}", folder.display()))?;
            let to = folder.join("suite");
            fs::copy(from, &to)
                .with_context(|| format!("can't copy {} to {}", from.display(), to.display()))?;
            Ok(to)
        };
        Ok(Self {
            programs: [copy(base, "base")?, copy(base, "ctrl")?, copy(new, "test")?],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exists_is_a_program_and_what_does_not_a_revision() {
        let at = tempfile::tempdir().expect("a folder");
        let at = at.path().canonicalize().expect("a path");
        let program = at.join("bin/slo_validation");
        fs::create_dir(at.join("bin")).expect("a folder");
        let text = at.to_str().expect("UTF-8");
        assert!(
            format!("{:#}", Side::parse(text).expect_err("empty")).contains("bin/slo_validation")
        );
        fs::write(&program, "").expect("a file");
        assert_eq!(
            Side::parse(text).expect("a folder"),
            Side::Program(program.clone())
        );
        let path = program.to_str().expect("UTF-8");
        assert_eq!(Side::parse(path).expect("a file"), Side::Program(program));
        let revision = |text: &str| Side::Revision(text.to_owned());
        for text in ["HEAD~3", "main", "v1.2", "0123abc", "feature/fast"] {
            assert_eq!(Side::parse(text).expect(text), revision(text));
        }
        // A file that stands in the current folder, as one may that somebody called `main`.
        assert!(Path::new("Cargo.toml").is_file());
        assert_eq!(
            Side::parse("Cargo.toml").expect("a name"),
            revision("Cargo.toml")
        );
        let here = Side::parse("./Cargo.toml").expect("a path");
        assert!(matches!(here, Side::Program(_)), "{here:?}");
        let image = Side::Image("bench:latest".to_owned());
        assert_eq!(Side::parse("image:bench:latest").expect("an image"), image);
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in [
            "",
            "image:",
            "image:--privileged",
            "--help",
            "/no/such/program",
        ] {
            assert!(Side::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn copies_lie_at_paths_of_equal_length() {
        let at = tempfile::tempdir().expect("a folder");
        let (base, new) = (at.path().join("a"), at.path().join("another"));
        fs::write(&base, "1").expect("a file");
        fs::write(&new, "2").expect("a file");
        let copies = Copies::make(&base, &new, &at.path().join("work")).expect("copies");
        let lengths = copies
            .programs
            .each_ref()
            .map(|path| path.as_os_str().len());
        assert!(
            lengths.iter().all(|length| *length == lengths[0]),
            "{lengths:?}"
        );
        let contents = copies
            .programs
            .map(|path| fs::read_to_string(path).expect("a copy"));
        assert_eq!(contents, ["1", "1", "2"]);
    }
}
