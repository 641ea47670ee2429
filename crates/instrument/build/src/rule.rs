//! Which files of a project make its build.
//!
//! A project lists them in its root Cargo.toml, where Nix (nix/source.nix) and cargo (this) read
//! them:
//!
//! ```toml
//! [workspace.metadata.sources]
//! files = ["Cargo.toml", "Cargo.lock", "crates"]
//! ```
//!
//! A folder counts with every file below it, tracked by git or not, since the build sees no
//! difference; only what editors and file managers leave (names that begin with `.` or `#`, or end
//! in `~`) does not count. Without the list it is Cargo's own files and Rust's, as crane's
//! `commonCargoSources` takes them: names that end in `.rs` or `.toml`, and `Cargo.lock`, anywhere
//! but in hidden folders at the top (`.cargo` counts), in the folder that cargo builds into, and in
//! other folders marked as caches by a `CACHEDIR.TAG`.

use std::fs;
use std::path::Path;

use crate::sources::SourcesError;

/// Marks a cache folder (<https://bford.info/cachedir/>); cargo puts one into its target folder.
pub(crate) const CACHE_TAG: &str = "CACHEDIR.TAG";

/// The list of a project, or the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Files and folders, relative to the root.
    Listed(Vec<String>),
    /// Cargo's own files and Rust's.
    Common,
}

impl Rule {
    /// That of the project in `root`.
    ///
    /// # Errors
    /// Its Cargo.toml can't be read or is malformed.
    pub fn read(root: &Path) -> Result<Self, SourcesError> {
        let path = root.join("Cargo.toml");
        let text =
            fs::read_to_string(&path).map_err(|error| SourcesError::unreadable(&path, error))?;
        Self::parse(&text)
    }

    /// From the text of a root Cargo.toml.
    ///
    /// # Errors
    /// It is not TOML, or `workspace.metadata.sources.files` is no list of relative paths.
    pub fn parse(cargo_toml: &str) -> Result<Self, SourcesError> {
        let manifest: toml::Table = cargo_toml
            .parse()
            .map_err(|error: toml::de::Error| SourcesError::Rule(error.message().to_owned()))?;
        let metadata = manifest
            .get("workspace")
            .and_then(|workspace| workspace.get("metadata"));
        let Some(sources) = metadata.and_then(|metadata| metadata.get("sources")) else {
            return Ok(Self::Common);
        };
        let files = sources.get("files").and_then(toml::Value::as_array);
        let entries = files.and_then(|files| {
            let entries = files
                .iter()
                .map(|entry| entry.as_str().filter(|path| is_plain(path)));
            entries
                .map(|entry| entry.map(str::to_owned))
                .collect::<Option<Vec<_>>>()
        });
        match entries {
            Some(entries) if !entries.is_empty() => Ok(Self::Listed(entries)),
            _ => Err(SourcesError::Rule(
                "workspace.metadata.sources.files: expected a list of files and folders, each \
                 relative to the root and without `.` or `..`"
                    .to_owned(),
            )),
        }
    }

    /// Whether a file counts, by its path relative to the root, with `/` between its parts.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        match self {
            Self::Listed(entries) => entries.iter().any(|entry| {
                let below = path.strip_prefix(entry.as_str());
                below.is_some_and(|below| {
                    below.is_empty() || below.starts_with('/') && !is_left_over(name)
                })
            }),
            Self::Common => {
                let top = path.split('/').next().filter(|top| *top != path);
                let is_hidden = top.is_some_and(|top| top.starts_with('.') && top != ".cargo");
                !is_hidden
                    && (name.ends_with(".rs") || name.ends_with(".toml") || name == "Cargo.lock")
            }
        }
    }

    /// Where to begin to look, relative to the root. With the default that is what lies at the top
    /// now: a build script that watched the root itself would run after each build, since cargo's
    /// target folder changes.
    ///
    /// # Errors
    /// The root can't be read.
    pub fn watched(&self, root: &Path) -> Result<Vec<String>, SourcesError> {
        if let Self::Listed(entries) = self {
            return Ok(entries.clone());
        }
        let unreadable = |error| SourcesError::unreadable(root, error);
        let mut found = Vec::new();
        for entry in fs::read_dir(root).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                continue;
            };
            let kind = entry.file_type().map_err(unreadable)?;
            let is_folder = kind.is_dir() && !entry.path().join(CACHE_TAG).is_file();
            if is_folder && (!name.starts_with('.') || name == ".cargo")
                || !kind.is_dir() && self.holds(&name)
            {
                found.push(name);
            }
        }
        found.sort();
        Ok(found)
    }
}

/// `a/b`, but not `/a`, `./a`, `a/../b`, `a/` or an empty text: Nix and cargo would read those in
/// ways of their own.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Vim's `.a.rs.swp`, Emacs' `.#a.rs`, `#a.rs#` and `a.rs~`, macOS' `.DS_Store`.
fn is_left_over(name: &str) -> bool {
    name.starts_with(['.', '#']) || name.ends_with('~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> Rule {
        let text = "[workspace.metadata.sources]\nfiles = [\"Cargo.toml\", \"crates\", \"a/.b\"]\n";
        Rule::parse(text).expect("a list")
    }

    #[test]
    fn a_list_holds_its_files_and_what_lies_in_its_folders() {
        for held in [
            "Cargo.toml",
            "crates/a/src/lib.rs",
            "crates/data.bin",
            "a/.b",
        ] {
            assert!(listed().holds(held), "{held}");
        }
        for other in [
            "Cargo.lock",
            "crates2/a.rs",
            "docs/crates/a.rs",
            "a/.bc",
            "README.md",
        ] {
            assert!(!listed().holds(other), "{other}");
        }
        for left_over in [".a.rs.swp", ".#a.rs", "#a.rs#", "a.rs~", ".DS_Store"] {
            assert!(
                !listed().holds(&format!("crates/a/{left_over}")),
                "{left_over}"
            );
        }
    }

    #[test]
    fn without_a_list_it_is_cargos_files_and_rusts() {
        let rule = Rule::parse("[package]\nname = \"a\"\n").expect("no list");
        assert_eq!(rule, Rule::Common);
        for held in [
            "Cargo.lock",
            "src/lib.rs",
            "a/clippy.toml",
            ".cargo/config.toml",
            ".rustfmt.toml",
        ] {
            assert!(rule.holds(held), "{held}");
        }
        for other in ["README.md", ".github/a.toml", ".git/a.rs", "src/a.json"] {
            assert!(!rule.holds(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for files in [
            "[]",
            "\"a\"",
            "[1]",
            "[\"/a\"]",
            "[\"./a\"]",
            "[\"a/../b\"]",
            "[\"a/\"]",
            "[\"\"]",
        ] {
            let text = format!("[workspace.metadata.sources]\nfiles = {files}\n");
            let error = Rule::parse(&text).expect_err(files).to_string();
            assert!(
                error.contains("workspace.metadata.sources.files"),
                "{error}"
            );
        }
        assert!(Rule::parse("[workspace.metadata.sources]").is_err());
        assert!(Rule::parse("[[[").is_err());
    }
}
