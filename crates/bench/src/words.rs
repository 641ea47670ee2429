//! Figures and errors in words.

use anyhow::Error;

/// An error and its causes on one line, outermost first. A cause that the text before it already holds is
/// left out: some texts place their cause before the remedy.
pub(crate) fn error(error: &Error) -> String {
    let mut line = String::new();
    let mut last = String::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if !last.is_empty() && last.contains(&text) {
            continue;
        }
        if !line.is_empty() {
            line.push_str(": ");
        }
        line.push_str(&text);
        last = text;
    }
    line
}

/// `1 CPU`, `2 CPUs`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// For a shell: within single quotes nothing means anything but their end.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=:,@+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Whole MiB.
pub(crate) fn mib(bytes: u64) -> u64 {
    bytes / (1 << 20)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use anyhow::Context as _;

    use super::*;

    /// What a shell makes of the words is what was meant.
    #[test]
    fn a_shell_reads_the_words_as_they_were() {
        for word in [
            "it's",
            "$(reboot)",
            "a b",
            "",
            "`x`",
            "\"",
            "\\",
            "-x=1",
            "*",
        ] {
            let shell = Command::new("bash")
                .args(["-c", &format!("printf %s {}", quoted(word))])
                .output()
                .expect("bash");
            assert_eq!(String::from_utf8_lossy(&shell.stdout), word);
        }
    }

    #[derive(Debug, thiserror::Error)]
    #[error("c.json: expected a receipt, found {source}; write it anew")]
    struct Named {
        source: std::num::ParseIntError,
    }

    #[test]
    fn a_cause_that_is_in_the_text_is_not_repeated() {
        let source = "x".parse::<u8>().expect_err("no number");
        let chain = Err::<(), _>(Named { source }).context("the baseline");
        let told = error(&chain.expect_err("an error"));
        assert_eq!(
            told,
            "the baseline: c.json: expected a receipt, found invalid digit found in string; write it anew"
        );
        let apart = anyhow::anyhow!("the disk is full").context("can't write x");
        assert_eq!(error(&apart), "can't write x: the disk is full");
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(count(1, "CPU"), "1 CPU");
        assert_eq!(count(0, "byte"), "0 bytes");
        assert_eq!(count(2, "CPU"), "2 CPUs");
    }
}
