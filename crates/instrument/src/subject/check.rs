//! Whether a message says what it has to say.

use super::error::SubjectError;
use super::talk::Subject;
use crate::wire::{self, FromSubject, Hello, OLDEST, VERSION};

impl Subject<'_> {
    pub(super) fn check_hello(&self, hello: &Hello) -> Result<(), SubjectError> {
        if !(OLDEST..=VERSION).contains(&hello.protocol) {
            return self.broken(format!(
                "expected protocol {OLDEST} to {VERSION}, found {}",
                hello.protocol
            ));
        }
        for (what, text) in [
            ("name", &hello.subject.name),
            ("version", &hello.subject.version),
        ] {
            if text.trim().is_empty() {
                return self.broken(format!("expected the subject's {what}, found none"));
            }
        }
        if let Some(sources) = &hello.sources {
            self.digest("sources", sources)?;
        }
        for (i, benchmark) in hello.benchmarks.iter().enumerate() {
            let name = &benchmark.name;
            if benchmark.bytes == 0 {
                return self.broken(format!("{name}: expected input bytes, found 0"));
            }
            if hello.benchmarks[..i]
                .iter()
                .any(|other| other.name == *name)
            {
                return self.broken(format!("expected each benchmark once, found {name} twice"));
            }
        }
        Ok(())
    }

    pub(super) fn digest(&self, what: &str, text: &str) -> Result<(), SubjectError> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        match text.len() == 64 && text.bytes().all(hex) {
            true => Ok(()),
            false => self.broken(format!(
                "expected {what} of 64 lower-case hexadecimal digits, found `{text}`"
            )),
        }
    }

    pub(super) fn same<T: PartialEq + std::fmt::Display>(
        &self,
        what: &str,
        expected: &T,
        found: &T,
    ) -> Result<(), SubjectError> {
        match expected == found {
            true => Ok(()),
            false => self.broken(format!("expected {what} {expected}, found {found}")),
        }
    }

    pub(super) fn unexpected<T>(
        &self,
        expected: &str,
        found: &FromSubject,
    ) -> Result<T, SubjectError> {
        self.broken(format!("expected {expected}, found {}", found.kind()))
    }

    pub(super) fn broken<T>(&self, what: String) -> Result<T, SubjectError> {
        let doing = self.doing.clone();
        Err(SubjectError::Protocol { doing, what })
    }

    pub(super) fn torn(&self, source: wire::LineError) -> SubjectError {
        SubjectError::Line {
            doing: self.doing.clone(),
            source,
            said: self.tail.text(),
        }
    }
}
