//! `bench sign` and `bench verify --signature`, with keys that OpenSSH made and checked by it too.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{bench, ended, receipt};

/// A key pair, or none where OpenSSH is not installed.
fn key(at: &Path, name: &str, flags: &[&str]) -> Option<()> {
    let mut command = Command::new("ssh-keygen");
    command
        .args(["-q", "-N", "", "-C", name, "-f"])
        .arg(at.join(name));
    let flags = if flags.is_empty() {
        &["-t", "ed25519"]
    } else {
        flags
    };
    let made = command.args(flags).stdin(Stdio::null()).status();
    let made = made.is_ok_and(|status| status.success());
    if !made {
        println!("skipped: ssh-keygen, which makes the keys");
    }
    made.then_some(())
}

fn sign(at: &Path, key: &str, output: &str) -> (Option<i32>, String, String) {
    let mut command = bench(["sign", "--key"]);
    command
        .arg(at.join(key))
        .arg("--output")
        .arg(at.join(output));
    ended(command.arg(receipt()))
}

fn verify(at: &Path, file: &Path, signature: &str, signers: &str) -> (Option<i32>, String, String) {
    let mut command = bench(["verify", "--signature"]);
    command
        .arg(at.join(signature))
        .arg("--signers")
        .arg(at.join(signers));
    ended(command.arg(file))
}

#[test]
fn a_signed_receipt_says_by_whom() {
    let at = tempfile::tempdir().expect("a folder");
    let at = at.path();
    if key(at, "lab", &[])
        .and_then(|()| key(at, "stranger", &[]))
        .is_none()
    {
        return;
    }
    let (code, _, stderr) = sign(at, "lab", "sig");
    assert_eq!(code, Some(0), "{stderr}");

    let (code, stdout, stderr) = verify(at, &receipt(), "sig", "lab.pub");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.contains("verified, signed by lab (SHA256:"),
        "{stdout}"
    );
    assert!(!stderr.contains("unsigned"), "{stderr}");

    // Several keys, and a comment among them.
    let keys =
        ["lab.pub", "stranger.pub"].map(|name| fs::read_to_string(at.join(name)).expect("a key"));
    fs::write(at.join("all"), format!("# ours\n{}\n{}", keys[1], keys[0])).expect("written");
    assert_eq!(verify(at, &receipt(), "sig", "all").0, Some(0));

    let (code, _, stderr) = verify(at, &receipt(), "sig", "stranger.pub");
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("expected a signature by a key in"),
        "{stderr}"
    );

    // No part of the key is in what is given away.
    let secret = fs::read_to_string(at.join("lab")).expect("a key");
    let given = fs::read_to_string(at.join("sig")).expect("an envelope");
    for line in secret.lines().filter(|line| !line.starts_with("-----")) {
        assert!(!given.contains(line));
    }
}

#[test]
fn a_signature_is_of_one_receipt_and_of_its_very_statement() {
    let at = tempfile::tempdir().expect("a folder");
    let at = at.path();
    if key(at, "lab", &[]).is_none() {
        return;
    }
    assert_eq!(sign(at, "lab", "sig").0, Some(0));
    let other = receipt().with_file_name("2026-11-27-gnucobol.json");
    let (code, _, stderr) = verify(at, &other, "sig", "lab.pub");
    assert_eq!(code, Some(1));
    assert!(stderr.contains("it is about another receipt"), "{stderr}");

    let envelope = fs::read_to_string(at.join("sig")).expect("an envelope");
    let mut value: serde_json::Value = serde_json::from_str(&envelope).expect("JSON");
    for (field, text) in [("payload", "e30="), ("payloadType", "text/plain")] {
        let mut forged = value.clone();
        forged[field] = text.into();
        fs::write(at.join("forged"), forged.to_string()).expect("written");
        let (code, _, stderr) = verify(at, &receipt(), "forged", "lab.pub");
        assert_eq!(code, Some(1), "{field}");
        assert!(
            stderr.contains("expected a signature by a key in"),
            "{stderr}"
        );
    }
    value["signatures"] = serde_json::json!([]);
    fs::write(at.join("forged"), value.to_string()).expect("written");
    assert_eq!(verify(at, &receipt(), "forged", "lab.pub").0, Some(1));
    fs::write(at.join("forged"), "{}").expect("written");
    let (_, _, stderr) = verify(at, &receipt(), "forged", "lab.pub");
    assert!(stderr.contains("expected a DSSE envelope"), "{stderr}");
}

#[test]
fn keys_that_can_not_be_used_are_refused_with_those_that_can() {
    let at = tempfile::tempdir().expect("a folder");
    let at = at.path();
    if key(at, "ecdsa", &["-t", "ecdsa"]).is_none() {
        return;
    }
    let (code, _, stderr) = sign(at, "ecdsa", "sig");
    assert_eq!(code, Some(1));
    assert!(stderr.contains("expected an Ed25519 key"), "{stderr}");
    let mut locked = Command::new("ssh-keygen");
    locked
        .args(["-q", "-t", "ed25519", "-N", "secret", "-f"])
        .arg(at.join("locked"));
    assert!(locked.status().is_ok_and(|status| status.success()));
    let (code, _, stderr) = sign(at, "locked", "sig");
    assert_eq!(code, Some(1));
    assert!(stderr.contains("has a passphrase"), "{stderr}");
    assert!(!at.join("sig").exists());
}

#[test]
fn what_does_not_verify_is_not_signed() {
    let at = tempfile::tempdir().expect("a folder");
    let at = at.path();
    if key(at, "lab", &[]).is_none() {
        return;
    }
    let text = fs::read_to_string(receipt()).expect("a receipt");
    let forged = at.join("forged.json");
    fs::write(&forged, text.replacen("\"pass\"", "\"fail\"", 1)).expect("written");
    let mut command = bench(["sign", "--key"]);
    let (code, stdout, stderr) = ended(command.arg(at.join("lab")).arg(&forged));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("so it is not signed"), "{stderr}");
}

/// A second reader of the signature: OpenSSH itself.
#[test]
fn openssh_accepts_the_signature() {
    let at = tempfile::tempdir().expect("a folder");
    let at = at.path();
    if key(at, "lab", &[]).is_none() {
        return;
    }
    assert_eq!(sign(at, "lab", "sig").0, Some(0));
    let script = r#"
import base64, json, sys
envelope = json.load(open(sys.argv[1] + "/sig"))
payload = base64.b64decode(envelope["payload"])
kind = envelope["payloadType"].encode()
open(sys.argv[1] + "/message", "wb").write(
    b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
body = envelope["signatures"][0]["sig"]
lines = [body[i:i + 70] for i in range(0, len(body), 70)]
open(sys.argv[1] + "/armoured", "w").write("\n".join(
    ["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]))
key = open(sys.argv[1] + "/lab.pub").read()
open(sys.argv[1] + "/allowed", "w").write("lab " + key)
"#;
    let made = Command::new("python3")
        .args(["-c", script])
        .arg(at)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: python3, which takes the envelope apart");
        return;
    }
    let mut command = Command::new("ssh-keygen");
    command.args([
        "-Y",
        "verify",
        "-I",
        "lab",
        "-n",
        "copybook-bench-receipt",
        "-f",
    ]);
    command
        .arg(at.join("allowed"))
        .arg("-s")
        .arg(at.join("armoured"));
    let mut process = command.stdin(Stdio::piped()).spawn().expect("OpenSSH");
    let message = fs::read(at.join("message")).expect("a message");
    process
        .stdin
        .take()
        .expect("a pipe")
        .write_all(&message)
        .expect("written");
    assert!(process.wait().is_ok_and(|status| status.success()));
}
