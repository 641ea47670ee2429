//! A message as the text of a line.

use std::io::Write;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::line::{self, LineError};
use super::{FromSubject, ToSubject};

/// A direction of the conversation.
pub trait Message: Serialize + DeserializeOwned {
    /// The types that a partner may expect, for errors.
    const TYPES: &str;
}

impl Message for FromSubject {
    const TYPES: &str = "hello, verified, progress, samples, end or error";
}

impl Message for ToSubject {
    const TYPES: &str = "job, measure or end";
}

/// A line that is no message.
#[derive(Debug, thiserror::Error)]
#[error("expected a message ({types}), found `{found}`: {source}")]
pub struct MessageError {
    types: &'static str,
    found: String,
    source: serde_json::Error,
}

/// The message of a line.
///
/// # Errors
///
/// It is not JSON, of an unknown type, or has a field too few or too many.
pub fn parse<M: Message>(line: &str) -> Result<M, MessageError> {
    serde_json::from_str(line).map_err(|source| MessageError {
        types: M::TYPES,
        found: line::start(line.as_bytes()),
        source,
    })
}

/// Sends a message.
///
/// # Errors
///
/// It has no JSON (a path that is not UTF-8), is too long, or the pipe is closed.
pub fn say(to: &mut impl Write, message: &impl Message) -> Result<(), LineError> {
    let line = serde_json::to_string(message).map_err(std::io::Error::from)?;
    line::write_line(to, &line)
}

#[cfg(test)]
mod tests {
    use crate::wire::*;

    /// Every message of docs/protocol.md's example, as it stands there.
    #[test]
    fn the_documents_example_is_a_conversation() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/protocol.md");
        let document = std::fs::read_to_string(path).expect("the page that describes it");
        let (mut said, mut heard) = (Vec::new(), Vec::new());
        for line in document.lines() {
            if let Some(line) = line.strip_prefix("< ") {
                heard.push(parse::<FromSubject>(line).expect(line));
            } else if let Some(line) = line.strip_prefix("> ") {
                said.push(parse::<ToSubject>(line).expect(line));
            }
        }
        let kinds = |json: Vec<serde_json::Value>| -> Vec<String> {
            let kind = |value: &serde_json::Value| value["type"].as_str().map(str::to_owned);
            json.iter().filter_map(kind).collect()
        };
        let json = |message: &FromSubject| serde_json::to_value(message).expect("JSON");
        assert_eq!(
            kinds(heard.iter().map(json).collect()),
            ["hello", "verified", "progress", "samples", "end", "error"]
        );
        let json = |message: &ToSubject| serde_json::to_value(message).expect("JSON");
        assert_eq!(
            kinds(said.iter().map(json).collect()),
            ["job", "measure", "end", "job"]
        );
    }

    #[test]
    fn a_message_comes_back_as_it_was() {
        let end = FromSubject::End(End { max_rss_bytes: 5 });
        let mut line = Vec::new();
        say(&mut line, &end).expect("written");
        assert_eq!(line, b"{\"type\":\"end\",\"max_rss_bytes\":5}\n");
        let text = String::from_utf8(line).expect("UTF-8");
        assert_eq!(parse::<FromSubject>(&text).expect("a message"), end);
    }

    #[test]
    fn strangers_are_refused_with_what_was_expected() {
        let error = |line: &str| parse::<FromSubject>(line).expect_err(line).to_string();
        let kind = error(r#"{"type":"result","max_rss_bytes":5}"#);
        assert!(
            kind.contains("hello, verified, progress, samples, end or error"),
            "{kind}"
        );
        assert!(kind.contains("unknown variant `result`"), "{kind}");
        let more = error(r#"{"type":"end","max_rss_bytes":5,"extra":1}"#);
        assert!(more.contains("unknown field `extra`"), "{more}");
        assert!(error(r#"{"type":"end"}"#).contains("missing field `max_rss_bytes`"));
        assert!(error(r#"{"type":"end","max_rss_bytes":-5}"#).contains("-5"));
        assert!(error("Benchmarking g/f").contains("found `Benchmarking g/f`"));
    }

    #[test]
    fn what_may_be_null_may_be_left_out() {
        let line = r#"{"type":"error","message":"why"}"#;
        let failure = Failure {
            benchmark: None,
            message: "why".to_owned(),
        };
        assert_eq!(
            parse::<FromSubject>(line).expect("a message"),
            FromSubject::Error(failure)
        );
    }
}
