//! What a wrapper, an image or whoever starts `bench` says about the programs: `BENCH_ENVIRONMENT`,
//! `BENCH_REVISION` and others. Checked before anything is measured.

use std::env;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use receipt::model::EnvironmentKind;
use receipt::shape::{is_image_digest, is_revision, is_sha256};

/// The claims, each in its form.
#[derive(Debug, Clone)]
pub(crate) struct Claims {
    /// How the programs came to be.
    pub(crate) kind: EnvironmentKind,
    /// Revision of the sources that `source_hash` names.
    pub(crate) revision: Option<String>,
    /// SHA-256 of flake.lock, for what Nix built.
    pub(crate) flake_lock_sha256: Option<String>,
    /// Digest of the container image.
    pub(crate) image_digest: Option<String>,
    /// SHA-256 of the suite's sources.
    pub(crate) source_hash: Option<String>,
}

impl Claims {
    /// From the environment. `suite` is the program that was asked for, by flag or variable;
    /// `subject`, another decoder.
    ///
    /// # Errors
    /// A variable is malformed, or they contradict each other or the command line.
    pub(crate) fn check(suite: Option<&Path>, subject: Option<&String>) -> Result<Self> {
        let claims = Self::parse(&|name| env::var(name).ok().filter(|value| !value.is_empty()))?;
        if claims.kind != EnvironmentKind::Host {
            claims.vouch(suite, subject)?;
        }
        Ok(claims)
    }

    /// A receipt of what Nix built is not about anything else.
    fn vouch(&self, suite: Option<&Path>, subject: Option<&String>) -> Result<()> {
        let kind = self.kind_name();
        let remedy = "use a `bench` that cargo built to measure what Nix did not build";
        if let Some(name) = subject {
            bail!(
                "--subject {name}: BENCH_ENVIRONMENT is `{kind}`, and peers are not built by Nix; \
                 {remedy}"
            );
        }
        if let Some(suite) = suite {
            let resolved = suite.canonicalize();
            let path = resolved
                .with_context(|| format!("the suite program {} can't be read", suite.display()))?;
            ensure!(
                path.starts_with("/nix/store"),
                "--suite {}: BENCH_ENVIRONMENT is `{kind}`, so a program in /nix/store is expected; \
                 {remedy}",
                suite.display()
            );
        }
        Ok(())
    }

    fn parse(get: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let kind = match get("BENCH_ENVIRONMENT").as_deref() {
            None | Some("host") => EnvironmentKind::Host,
            Some("nix") => EnvironmentKind::Nix,
            Some("image") => EnvironmentKind::Image,
            Some(other) => {
                bail!("BENCH_ENVIRONMENT: expected nix, image or host, found `{other}`")
            }
        };
        let of = |name: &str, form: &str, fits: fn(&str) -> bool| {
            let value = get(name);
            if let Some(found) = &value {
                ensure!(
                    fits(found),
                    "{name}: expected {form}, found `{found}`; unset it if you don't know it"
                );
            }
            Ok(value)
        };
        let digits = "64 lower-case hexadecimal digits";
        let claims = Self {
            kind,
            revision: of(
                "BENCH_REVISION",
                "7 to 64 lower-case hexadecimal digits, perhaps followed by -dirty",
                is_revision,
            )?,
            flake_lock_sha256: of("BENCH_FLAKE_LOCK_SHA256", digits, is_sha256)?,
            image_digest: of(
                "BENCH_IMAGE_DIGEST",
                "sha256: and 64 lower-case hexadecimal digits",
                is_image_digest,
            )?,
            source_hash: of("BENCH_SOURCE_HASH", digits, is_sha256)?,
        };
        claims.complete()?;
        Ok(claims)
    }

    /// Nothing is claimed that another claim or the receipt's format has no place for.
    fn complete(&self) -> Result<()> {
        ensure!(
            self.revision.is_none() || self.source_hash.is_some(),
            "BENCH_REVISION is set without BENCH_SOURCE_HASH: a revision says something only about \
             the sources that have this hash; set both or neither"
        );
        ensure!(
            self.image_digest.is_none() || self.kind == EnvironmentKind::Image,
            "BENCH_IMAGE_DIGEST is set, and BENCH_ENVIRONMENT is `{}`: only what runs in an image has \
             its digest; unset it",
            self.kind_name()
        );
        if self.kind != EnvironmentKind::Host {
            for (value, name) in [
                (&self.flake_lock_sha256, "BENCH_FLAKE_LOCK_SHA256"),
                (&self.source_hash, "BENCH_SOURCE_HASH"),
            ] {
                let kind = self.kind_name();
                ensure!(
                    value.is_some(),
                    "BENCH_ENVIRONMENT is `{kind}`, so {name} is needed: start `bench` as the flake's \
                     package or image does, or unset BENCH_ENVIRONMENT"
                );
            }
        }
        Ok(())
    }

    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind {
            EnvironmentKind::Nix => "nix",
            EnvironmentKind::Image => "image",
            EnvironmentKind::Host => "host",
        }
    }

    /// No claims.
    #[cfg(test)]
    pub(crate) fn host() -> Self {
        Self::parse(&|_| None).expect("nothing to refuse")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(set: &[(&str, &str)]) -> Result<Claims, String> {
        let value = |name: &str| {
            let found = set.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Claims::parse(&value).map_err(|error| error.to_string())
    }

    #[test]
    fn what_the_flake_sets_is_complete() {
        let hash = "a".repeat(64);
        let digest = format!("sha256:{hash}");
        let found = claims(&[
            ("BENCH_ENVIRONMENT", "image"),
            ("BENCH_REVISION", "0123456789abcdef-dirty"),
            ("BENCH_FLAKE_LOCK_SHA256", &hash),
            ("BENCH_SOURCE_HASH", &hash),
            ("BENCH_IMAGE_DIGEST", &digest),
        ]);
        assert_eq!(found.expect("complete").kind, EnvironmentKind::Image);
        assert!(claims(&[]).is_ok());
    }

    #[test]
    fn anything_malformed_names_its_variable() {
        let hash = "a".repeat(64);
        for (name, value) in [
            ("BENCH_ENVIRONMENT", "nixos"),
            ("BENCH_REVISION", "v1.0"),
            ("BENCH_REVISION", "ABCDEF0123"),
            ("BENCH_FLAKE_LOCK_SHA256", "sha256-abc"),
            ("BENCH_SOURCE_HASH", "abc"),
            ("BENCH_IMAGE_DIGEST", hash.as_str()),
        ] {
            let error = claims(&[(name, value)]).expect_err(name);
            assert!(error.starts_with(name) && error.contains(value), "{error}");
        }
    }

    #[test]
    fn claims_that_contradict_each_other_are_refused() {
        let hash = "a".repeat(64);
        let digest = format!("sha256:{hash}");
        let error = claims(&[("BENCH_REVISION", "abcdef0")]).expect_err("of what?");
        assert!(error.contains("BENCH_SOURCE_HASH"), "{error}");
        let error = claims(&[("BENCH_IMAGE_DIGEST", &digest)]).expect_err("no image");
        assert!(error.contains("BENCH_ENVIRONMENT is `host`"), "{error}");
        let error = claims(&[("BENCH_ENVIRONMENT", "nix")]).expect_err("no hashes");
        assert!(error.contains("BENCH_FLAKE_LOCK_SHA256"), "{error}");
    }
}
