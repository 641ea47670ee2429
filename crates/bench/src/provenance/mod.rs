//! Where the programs come from: properties of the programs, never of the folder one stands in.

mod checkout;
mod claims;
mod doubt;
pub(crate) mod git;
mod trust;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use receipt::model::EnvironmentKind;
use sha2::{Digest as _, Sha256};

pub(crate) use checkout::{Checkout, named};
pub(crate) use claims::Claims;
pub(crate) use doubt::Doubt;
pub(crate) use trust::neighbour;

/// SHA-256 of the sources that this program was built from.
pub(crate) const SOURCES: &str = env!("BUILT_SOURCES");
/// `rustc --version` of the compiler that built this program.
pub(crate) const TOOLCHAIN: &str = env!("BUILT_TOOLCHAIN");

/// What is known of the suite program before it says anything itself.
#[derive(Debug)]
pub(crate) struct Provenance {
    claims: Claims,
    /// Where to look for the suite's sources, or why not there.
    checkout: Result<Checkout, Doubt>,
    /// Store path of the suite.
    pub(crate) store_path: Option<String>,
    /// SHA-256 of the suite program.
    pub(crate) suite_sha256: String,
}

/// What follows once the suite said which sources it was built from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    /// Hash of the suite's sources.
    pub(crate) source_hash: Option<String>,
    /// Revision that has these sources.
    pub(crate) commit: Option<String>,
    /// What a reader of the receipt must know about both.
    pub(crate) doubts: Vec<Doubt>,
}

impl Provenance {
    /// Of the suite program at `suite`. Its sources are looked for in the folder that `--checkout`
    /// named, else in the project that the program lies in.
    ///
    /// # Errors
    /// The named folder is no checkout or not to be trusted, the program can't be read, or it is not
    /// what the claims say.
    pub(crate) fn of(suite: &Path, claims: Claims, checkout: Option<&Path>) -> Result<Self> {
        let store_path = store_path(suite);
        if claims.kind != EnvironmentKind::Host && store_path.is_none() {
            bail!(
                "BENCH_ENVIRONMENT={} says that the suite comes from the Nix store, and it is {}",
                claims.kind_name(),
                suite.display()
            );
        }
        let checkout = match checkout {
            Some(folder) => Ok(named(folder)?),
            None => Checkout::around(suite),
        };
        Ok(Self {
            claims,
            checkout,
            store_path,
            suite_sha256: sha256(suite)?,
        })
    }

    /// How the programs came to be, by who wrapped or started them.
    pub(crate) fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The revision of this command, as far as it is known before a suite was asked.
    pub(crate) fn own_commit(&self) -> Option<String> {
        let claimed = self.claims.revision.clone();
        claimed.or_else(|| git::revision(&own_checkout().ok()?, SOURCES).ok())
    }

    /// Follows the suite's word on its sources; call it before anything is measured. `foreign` is a
    /// suite of another project, which has other sources than this command for a reason.
    ///
    /// # Errors
    /// The sources are not the ones that `BENCH_SOURCE_HASH` names.
    pub(crate) fn trace(&self, sources: Option<&str>, foreign: bool) -> Result<Trace> {
        let claimed = self.claims.source_hash.as_deref();
        if let (Some(claimed), Some(found)) = (claimed, sources)
            && claimed != found
        {
            bail!(
                "the suite was built from other sources than BENCH_SOURCE_HASH says: expected \
                 {claimed}, found {found}; start it with the wrapper that it was built with"
            );
        }
        let mut doubts = Vec::new();
        if let Some(found) = sources
            && found != SOURCES
            && !foreign
        {
            let suite = found.to_owned();
            doubts.push(Doubt::Apart { suite });
        }
        let source_hash = sources.or(claimed).map(str::to_owned);
        let commit = match (&self.claims.revision, sources) {
            (Some(revision), _) => Ok(revision.clone()),
            (None, None) => Err(Doubt::Unsaid),
            (None, Some(sources)) => self
                .checkout
                .as_ref()
                .map_err(Doubt::clone)
                .and_then(|checkout| git::revision(checkout, sources)),
        };
        let commit = commit.map_err(|doubt| doubts.push(doubt)).ok();
        Ok(Trace {
            source_hash,
            commit,
            doubts,
        })
    }
}

/// SHA-256 of a file, lower-case hex.
///
/// # Errors
/// It can't be read.
pub(crate) fn sha256(path: &Path) -> Result<String> {
    let read = || {
        let mut hash = Sha256::new();
        io::copy(&mut File::open(path)?, &mut hash)?;
        Ok::<_, io::Error>(hash.finalize())
    };
    let digest = read().with_context(|| format!("can't read {}", path.display()))?;
    Ok(instrument_build::sources::hex(&digest))
}

fn store_path(program: &Path) -> Option<String> {
    let inside = program.strip_prefix("/nix/store").ok()?;
    let name = inside.components().next()?.as_os_str().to_str()?;
    Some(format!("/nix/store/{name}"))
}

/// The checkout that this program lies in, whichever folder one stands in.
pub(crate) fn own_checkout() -> Result<Checkout, Doubt> {
    let own = std::env::current_exe().unwrap_or_else(|_| PathBuf::new());
    Checkout::ours_around(&own)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn store_paths_end_at_the_package() {
        let program = Path::new("/nix/store/abc-bench-0.1.0/libexec/copybook-bench/slo_validation");
        assert_eq!(
            store_path(program).as_deref(),
            Some("/nix/store/abc-bench-0.1.0")
        );
        assert_eq!(store_path(Path::new("/usr/bin/bench")), None);
    }

    #[test]
    fn the_hash_is_that_of_the_bytes() {
        let at = tempfile::tempdir().expect("temporary folder");
        let path = at.path().join("program");
        fs::write(&path, "abc").expect("file");
        // FIPS 180-4's example.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&path).expect("readable"), known);
    }

    #[test]
    fn sources_are_held_against_the_claim() {
        let at = tempfile::tempdir().expect("temporary folder");
        let suite = at.path().join("suite");
        fs::write(&suite, "").expect("file");
        let (hash, other) = ("1".repeat(64), "2".repeat(64));
        let claims = || Claims {
            revision: Some("abcdef0".to_owned()),
            source_hash: Some(hash.clone()),
            ..Claims::host()
        };
        let provenance = || Provenance::of(&suite, claims(), None).expect("a program");
        let trace = provenance().trace(Some(&hash), true).expect("as claimed");
        assert_eq!(trace.commit.as_deref(), Some("abcdef0"));
        assert_eq!(trace.doubts, []);
        // The command was built from sources of its own, which a reader has to know.
        let trace = provenance().trace(Some(&hash), false).expect("as claimed");
        assert_eq!(
            trace.doubts,
            [Doubt::Apart {
                suite: hash.clone()
            }]
        );
        let error = provenance().trace(Some(&other), true).expect_err("another");
        let text = error.to_string();
        assert!(text.contains(&hash) && text.contains(&other), "{text}");
    }

    #[test]
    fn a_suite_that_says_nothing_has_no_revision() {
        let at = tempfile::tempdir().expect("temporary folder");
        let suite = at.path().join("suite");
        fs::write(&suite, "").expect("file");
        let provenance = Provenance::of(&suite, Claims::host(), None).expect("a program");
        let trace = provenance.trace(None, false).expect("nothing to refuse");
        assert_eq!((trace.commit, trace.source_hash), (None, None));
        assert_eq!(trace.doubts, [Doubt::Unsaid]);
    }
}
