//! Commits of a checkout, built and compared.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

use super::words;

/// A checkout of a project that has a suite and nothing else.
struct Checkout(TempDir);

impl Checkout {
    fn new() -> Self {
        let checkout = Self(tempfile::tempdir().expect("a folder"));
        checkout.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"crates/workload\"]\n",
        );
        checkout.write(
            "crates/workload/Cargo.toml",
            "[package]\nname = \"workload\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[[bench]]\nname = \"slo_validation\"\nharness = false\n",
        );
        checkout.write("crates/workload/src/lib.rs", "");
        checkout.write("README.md", "");
        checkout.suite("fn main() {}");
        checkout.done(env!("CARGO"), &["generate-lockfile", "--offline"]);
        checkout.done("git", &["init", "--quiet"]);
        checkout
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    fn suite(&self, text: &str) {
        self.write("crates/workload/benches/slo_validation.rs", text);
    }

    fn commit(&self) {
        self.done("git", &["add", "."]);
        let who = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
        let what = ["commit", "--quiet", "-m", "t"];
        self.done("git", &[&who[..], &what].concat());
    }

    fn done(&self, program: &str, args: &[&str]) {
        let output = Command::new(program)
            .current_dir(self.0.path())
            .args(args)
            .output()
            .expect(program);
        assert!(output.status.success(), "{args:?}: {}", words(&output));
    }

    fn compared(&self, base: &str, new: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_bench"))
            .current_dir(self.0.path())
            .args(["ab", "--no-lock", "--base", base, "--new", new])
            .args(["--enforce", "--checkout", ".", "--output", "out"])
            .output()
            .expect("bench runs")
    }

    fn output(&self) -> PathBuf {
        self.0.path().join("out")
    }
}

/// A suite that says who it is, and ends when it is asked for anything else.
fn silent(sources: &str) -> String {
    let hello = r#"{"type":"hello","protocol":2,"subject":{"name":"silent","version":"1"},"toolchain":null,"rustc":null,"flags":null,"profile":null,"sources":"SOURCES","file_system":null,"takes":["benchmarks"],"benchmarks":[{"name":"slo_validation/display","bytes":1000,"records":10}],"pid":PID}"#;
    let program = r##"fn main() {
    println!("{}", r#"HELLO"#.replace("PID", &std::process::id().to_string()));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    if !line.is_empty() {
        std::process::exit(1);
    }
}
"##;
    program.replace("HELLO", &hello.replace("SOURCES", &sources.repeat(16)))
}

/// The first commit does not compile, and the second is never reached.
#[test]
fn a_base_that_does_not_build_is_named_before_anything_is_measured() {
    let checkout = Checkout::new();
    checkout.suite("fn main() { let x: u8 = \"\"; }");
    checkout.commit();
    checkout.suite("fn main() {}");
    checkout.commit();

    let output = checkout.compared("HEAD~1", "HEAD");
    let told = words(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("--base: HEAD~1 does not build"), "{told}");
    assert!(!checkout.output().exists(), "{told}");
}

/// What only changes a document is said to be equal; what changes the suite's sources is measured.
#[test]
fn commits_with_the_same_suite_are_equal_and_not_measured() {
    let checkout = Checkout::new();
    checkout.suite(&silent("5e1f"));
    checkout.commit();
    checkout.write("README.md", "What it is.");
    checkout.commit();
    checkout.suite(&silent("07e8"));
    checkout.commit();

    let output = checkout.compared("HEAD~2", "HEAD~1");
    let told = words(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let line = "HEAD~1 is equal to HEAD~2 and was not measured: both ";
    assert!(told.contains(line), "{told}");
    assert!(!checkout.output().join("ab.json").exists(), "{told}");

    // This suite ends at its first job, which shows that there was one.
    let output = checkout.compared("HEAD~1", "HEAD");
    let told = words(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("the first launch of base"), "{told}");
    assert!(!told.contains("was not measured"), "{told}");
}
