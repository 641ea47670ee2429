//! One message to one receiver, tried again where that can help.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use receipt::{bounded, words};
use ureq::Agent;
use ureq::http::{Response, Uri};

use crate::streams::note;

/// The variable with the value of the header `Authorization`.
const AUTHORIZATION: &str = "BENCH_EXPORT_AUTHORIZATION";
/// As long is waited for a receiver at most, whatever it asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// So many bytes of an answer are shown.
const ANSWER: u64 = 500;

/// What an address may say of InfluxDB's places that is no secret.
const HARMLESS: [&str; 5] = ["db", "rp", "bucket", "org", "precision"];

/// Where to send, and how.
pub(super) struct Receiver<'a> {
    pub(super) url: &'a str,
    /// PUT, which replaces, instead of POST.
    pub(super) put: bool,
    pub(super) content_type: &'a str,
    pub(super) authorization: Option<&'a str>,
}

impl Receiver<'_> {
    /// Text of an answer, as it may be shown. Some receivers repeat what they were sent, as it is, decoded or
    /// escaped: where that was a secret, no text is shown.
    fn told(&self, text: &str) -> String {
        let words: String = text.trim().chars().take(ANSWER as usize).collect();
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let repeats = |(name, value): (&str, &str)| {
            !HARMLESS.contains(&name) && !value.is_empty() && text.contains(value)
        };
        match self.authorization.is_some() || pairs.any(repeats) {
            true if words.is_empty() => words,
            true => "(its text may repeat the credentials and is not shown)".to_owned(),
            false => words::printable(&words),
        }
    }
}

/// How long to wait and how often to try.
pub(super) struct Patience {
    /// For one answer.
    pub(super) timeout: Duration,
    /// New attempts.
    pub(super) retries: u32,
    /// Before the first of them; each later one waits twice as long.
    pub(super) wait: Duration,
}

/// What came of one attempt.
enum Attempt {
    Taken,
    /// Trying again may help; after this time, if the receiver says one.
    Failed(String, Option<Duration>),
    /// Trying again changes nothing.
    Refused(String),
}

/// Sends a message until it was taken. Every attempt sends the same points under the same names and
/// times, so that a receiver that took an attempt and could not say so has them once (VictoriaMetrics with
/// `-dedup.minScrapeInterval=1ms`).
///
/// # Errors
/// The receiver refused it, or no attempt succeeded.
pub(super) fn send(receiver: &Receiver<'_>, body: &[u8], patience: &Patience) -> Result<()> {
    let to = shown(receiver.url);
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(patience.timeout))
        .http_status_as_error(false)
        // The header with the credentials is for this receiver and no other.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("copybook-bench/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut wait = patience.wait;
    for left in (0..=patience.retries).rev() {
        match attempt(&agent, receiver, body) {
            Attempt::Taken => return Ok(()),
            Attempt::Refused(reason) => bail!("{to} refused the export: {reason}"),
            Attempt::Failed(reason, _) if left == 0 => {
                let attempts = patience.retries + 1;
                bail!(
                    "{to} did not take the export in {attempts} attempts: {reason}; send again later, nothing is counted twice"
                );
            }
            Attempt::Failed(reason, asked) => {
                let pause = asked.unwrap_or(wait).min(LONGEST_WAIT);
                note!(
                    "{to}: {reason}; trying again in {:.1} s",
                    pause.as_secs_f64()
                );
                thread::sleep(pause);
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
    bail!("{to}: not sent")
}

fn attempt(agent: &Agent, receiver: &Receiver<'_>, body: &[u8]) -> Attempt {
    let request = match receiver.put {
        true => agent.put(receiver.url),
        false => agent.post(receiver.url),
    };
    let request = request.header("Content-Type", receiver.content_type);
    let request = match receiver.authorization {
        Some(value) => request.header("Authorization", value),
        None => request,
    };
    match request.send(body) {
        Ok(answer) => judge(receiver, answer),
        Err(error) => {
            let reason = error.to_string();
            match error {
                ureq::Error::BadUri(_)
                | ureq::Error::Http(_)
                | ureq::Error::Tls(_)
                | ureq::Error::Rustls(_) => Attempt::Refused(reason),
                // Away, slow, or gone in the middle.
                _ => Attempt::Failed(reason, None),
            }
        }
    }
}

fn judge(receiver: &Receiver<'_>, mut answer: Response<ureq::Body>) -> Attempt {
    let status = answer.status();
    let asked = answer.headers().get("retry-after");
    let asked = asked
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .map(Duration::from_secs);
    // An answer that breaks off is no answer.
    let text = answer
        .body_mut()
        .with_config()
        .limit(1 << 20)
        .lossy_utf8(true)
        .read_to_string();
    let text = match text {
        Ok(text) => text,
        Err(error) => return Attempt::Failed(format!("its answer broke off: {error}"), None),
    };
    if status.is_success() {
        return match rejected(receiver, &text) {
            Some(reason) => Attempt::Refused(reason),
            None => Attempt::Taken,
        };
    }
    let words = receiver.told(&text);
    let reason = match words.is_empty() {
        true => status.to_string(),
        false => format!("{status}: {words}"),
    };
    match status.as_u16() {
        // It will never know the method, or the version of HTTP.
        501 | 505 => Attempt::Refused(reason),
        408 | 425 | 429 | 500..=599 => Attempt::Failed(reason, asked),
        401 | 403 => Attempt::Refused(format!(
            "{reason}; --authorization-file or {AUTHORIZATION} has the credentials"
        )),
        _ => Attempt::Refused(reason),
    }
}

/// What a collector says that took a part and rejects the rest, which does not change when it is sent again
/// (OTLP specification, "Partial Success"); `None` where it took all.
fn rejected(receiver: &Receiver<'_>, answer: &str) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
    let partial = answer.get("partialSuccess")?;
    let count = &partial["rejectedDataPoints"];
    // By proto3's JSON mapping a 64-bit integer is a text; some write a number.
    let count = count.as_u64().or_else(|| count.as_str()?.parse().ok())?;
    let reason = partial["errorMessage"]
        .as_str()
        .unwrap_or("no reason given");
    (count > 0).then(|| format!("{count} points rejected: {}", receiver.told(reason)))
}

/// The address to send to: as given, or with `path` where it has none.
///
/// # Errors
/// It is none, or has credentials in it, which would end up in logs.
pub(super) fn address(url: &str, path: &str) -> Result<String> {
    let parsed: Uri = url.parse().ok().with_context(|| {
        format!(
            "expected a URL such as http://localhost:9091, found {}",
            shown(url)
        )
    })?;
    let scheme = parsed.scheme_str().unwrap_or("none");
    ensure!(
        matches!(scheme, "http" | "https") && parsed.host().is_some_and(|host| !host.is_empty()),
        "expected a URL with http:// or https:// and a host, found {}",
        shown(url)
    );
    ensure!(
        !parsed
            .authority()
            .is_some_and(|authority| authority.as_str().contains('@')),
        "expected a URL without credentials, since URLs end up in logs; put them into a file and name it with --authorization-file"
    );
    Ok(match (parsed.path(), parsed.query()) {
        ("" | "/", None) => format!("{}{path}", url.trim_end_matches('/')),
        _ => url.to_owned(),
    })
}

/// The address as messages show it: without a query or user, which may hold credentials.
pub(super) fn shown(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let shown = match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(user)) if user > scheme => {
            format!("{}{}", &url[..scheme + 3], &url[user + 1..])
        }
        _ => url.to_owned(),
    };
    words::printable(&shown)
}

/// The value of the header `Authorization`: from the file, or from the variable, or none.
///
/// # Errors
/// The file can't be read, or has no such value; the value is not told.
pub(super) fn authorization(file: Option<&Path>) -> Result<Option<String>> {
    let (text, from) = match file {
        Some(path) => {
            let from = path.display().to_string();
            let text = bounded::read_to_string(path, bounded::DOCUMENT)
                .with_context(|| format!("can't read {from}"))?;
            (text, from)
        }
        None => match std::env::var(AUTHORIZATION) {
            Ok(text) if !text.trim().is_empty() => (text, AUTHORIZATION.to_owned()),
            _ => return Ok(None),
        },
    };
    let value = text.trim();
    ensure!(
        !value.is_empty() && value.bytes().all(|byte| matches!(byte, b' '..=b'~')),
        "{from}: expected one line such as `Bearer TOKEN`, found something else"
    );
    Ok(Some(match value.contains(' ') {
        true => value.to_owned(),
        false => format!("Bearer {value}"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_ones_own_is_left_alone() {
        let address = |url| address(url, "/write?db=bench").ok();
        for (url, expected) in [
            ("http://h:1", Some("http://h:1/write?db=bench")),
            ("https://h/", Some("https://h/write?db=bench")),
            (
                "http://h/api/v2/write?bucket=b",
                Some("http://h/api/v2/write?bucket=b"),
            ),
            ("h:1", None),
            ("ftp://h", None),
            ("http://user:secret@h", None),
        ] {
            assert_eq!(address(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn messages_show_no_credentials() {
        assert_eq!(
            shown("http://user:secret@h:1/write?p=secret#secret"),
            "http://h:1/write"
        );
        let error = address("http://user:secret@h", "/").expect_err("refused");
        assert!(!format!("{error:#}").contains("secret"), "{error:#}");
        let error = address("nonsense://user:secret@", "/?secret").expect_err("refused");
        assert!(!format!("{error:#}").contains("secret"), "{error:#}");
    }
}
