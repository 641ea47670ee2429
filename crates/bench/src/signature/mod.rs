//! Signatures of receipts: an in-toto statement about the canonical form, in a DSSE envelope, signed with
//! an SSH key.
//!
//! in-toto Attestation Framework v1 (Statement), DSSE v1.0.0 (envelope, PAE), OpenSSH's PROTOCOL.sshsig
//! (the signature). The key's private half is read and used, and never written anywhere.

mod statement;

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use receipt::Receipt;
use serde::{Deserialize, Serialize};
use ssh_key::authorized_keys::AuthorizedKeys;
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};

use self::statement::Statement;
use receipt::bounded;

/// DSSE's type of an in-toto statement.
const PAYLOAD: &str = "application/vnd.in-toto+json";
/// What a key signs for: no signature over anything else passes for one of a receipt.
const NAMESPACE: &str = "copybook-bench-receipt";
/// Far more than any envelope or list of keys has, bytes.
const MOST: u64 = 1 << 20;

/// A DSSE envelope.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    payload_type: String,
    /// Base64.
    payload: String,
    signatures: Vec<Signature>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Signature {
    /// Fingerprint of the key, a hint.
    keyid: String,
    /// Base64 of an SSHSIG blob over the envelope's pre-authentication encoding.
    sig: String,
}

/// Signs a receipt; the envelope as JSON.
///
/// # Errors
/// The key can't be used; the message says which can.
pub(crate) fn sign(receipt: &Receipt, key: &Path) -> Result<String> {
    let reading = || format!("the key {}", key.display());
    let text = bounded::read_to_string(key, MOST).with_context(reading)?;
    let private = PrivateKey::from_openssh(&text).with_context(|| {
        format!(
            "{}: expected an Ed25519 key in OpenSSH's format (ssh-keygen -t ed25519)",
            key.display()
        )
    })?;
    ensure!(
        !private.is_encrypted(),
        "{} has a passphrase, which bench does not ask for: use a key without one \
         (ssh-keygen -t ed25519 -N \"\" -f FILE)",
        key.display()
    );
    ensure!(
        private.algorithm() == Algorithm::Ed25519,
        "{}: expected an Ed25519 key (ssh-keygen -t ed25519), found {}",
        key.display(),
        private.algorithm()
    );
    let payload = serde_json::to_vec(&Statement::about(receipt))?;
    let signature = private.sign(NAMESPACE, HashAlg::Sha512, &encoded(PAYLOAD, &payload))?;
    let envelope = Envelope {
        payload_type: PAYLOAD.to_owned(),
        payload: STANDARD.encode(&payload),
        signatures: vec![Signature {
            keyid: private.fingerprint(HashAlg::Sha256).to_string(),
            sig: body(&signature)?,
        }],
    };
    Ok(serde_json::to_string(&envelope)? + "\n")
}

/// Who signed a receipt: the fingerprint of one of the trusted keys, and its comment.
///
/// # Errors
/// The envelope is none, is about something else, or no trusted key signed it.
pub(crate) fn check(receipt: &Receipt, envelope: &Path, trusted: &Path) -> Result<String> {
    let named = || format!("the signature {}", envelope.display());
    let text = bounded::read(envelope, MOST).with_context(named)?;
    let signed: Envelope = serde_json::from_slice(&text).with_context(|| {
        format!(
            "{}: expected a DSSE envelope (bench sign)",
            envelope.display()
        )
    })?;
    let payload = STANDARD
        .decode(&signed.payload)
        .context("payload: expected base64")
        .with_context(named)?;
    let keys = keys(trusted)?;
    // The signature first: nothing is believed of a statement that nobody signed.
    let message = encoded(&signed.payload_type, &payload);
    let mut signatures = signed.signatures.iter();
    let signer = signatures.find_map(|one| {
        let signature = signature(&one.sig).ok()?;
        let mut keys = keys.iter();
        keys.find(|key| key.verify(NAMESPACE, &message, &signature).is_ok())
    });
    let Some(signer) = signer else {
        bail!(
            "{}: expected a signature by a key in {}, found {}",
            envelope.display(),
            trusted.display(),
            claimed(&signed)
        );
    };
    ensure!(
        signed.payload_type == PAYLOAD,
        "{}: expected an in-toto statement, found {}",
        envelope.display(),
        signed.payload_type
    );
    let statement: Statement = serde_json::from_slice(&payload)
        .with_context(|| format!("{}: the statement", envelope.display()))?;
    statement.check(receipt).with_context(named)?;
    let fingerprint = signer.fingerprint(HashAlg::Sha256);
    Ok(match signer.comment() {
        "" => fingerprint.to_string(),
        comment => format!("{comment} ({fingerprint})"),
    })
}

/// Keys by which it claims to be signed.
fn claimed(envelope: &Envelope) -> String {
    let ids: Vec<_> = envelope
        .signatures
        .iter()
        .map(|one| one.keyid.as_str())
        .collect();
    match ids.as_slice() {
        [] => "none".to_owned(),
        ids => format!("one that claims to be by {}", ids.join(", ")),
    }
}

/// Public keys, one a line as in `~/.ssh/authorized_keys`; a `.pub` file is such a list.
fn keys(path: &Path) -> Result<Vec<PublicKey>> {
    let text = bounded::read_to_string(path, MOST)
        .with_context(|| format!("the signers {}", path.display()))?;
    let keys = AuthorizedKeys::new(&text).map(|entry| Ok(entry?.public_key().clone()));
    let keys: Vec<_> = keys
        .collect::<Result<_>>()
        .with_context(|| format!("{}: expected public SSH keys, one a line", path.display()))?;
    ensure!(
        !keys.is_empty(),
        "{}: expected a public SSH key, found none",
        path.display()
    );
    Ok(keys)
}

/// What is signed: DSSE's pre-authentication encoding.
fn encoded(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let lengths = (payload_type.len(), payload.len());
    let mut message = format!("DSSEv1 {} {payload_type} {} ", lengths.0, lengths.1).into_bytes();
    message.extend_from_slice(payload);
    message
}

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----\n";
/// Characters of a line between them.
const LINE: usize = 70;

/// OpenSSH's armour is base64 of the blob between two lines.
fn body(signature: &SshSig) -> Result<String> {
    let armoured = signature.to_pem(LineEnding::LF)?;
    let lines = armoured.lines().filter(|line| !line.starts_with("-----"));
    Ok(lines.collect())
}

fn signature(body: &str) -> Result<SshSig> {
    let mut armoured = BEGIN.to_owned();
    let characters: Vec<char> = body.chars().collect();
    for line in characters.chunks(LINE) {
        armoured.extend(line);
        armoured.push('\n');
    }
    armoured.push_str(END);
    Ok(SshSig::from_pem(armoured)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DSSE's own example (protocol.md, "Test vectors").
    #[test]
    fn the_encoding_is_that_of_dsse() {
        let encoded = encoded("http://example.com/HelloWorld", b"hello world");
        let expected = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assert_eq!(String::from_utf8_lossy(&encoded), expected);
    }
}
