//! The mistakes that people make, and what they are told.

mod mistakes;

use copybook_decode::Schema;

use mistakes::MISTAKES;

fn error(text: &str) -> String {
    Schema::parse(text)
        .map(|_| ())
        .expect_err("the copybook was accepted")
        .to_string()
}

#[test]
fn an_error_shows_line_caret_expectation_and_finding() {
    let text = "       01  R.\n           05  A  PIC X(.\n";
    assert_eq!(
        error(text),
        "copybook line 2, column 24: picture `X(`: expected a repeat count from 1 to 999999999 in parentheses\n  \
           |\n\
         2 |            05  A  PIC X(.\n  \
           |                        ^"
    );
}

#[test]
fn typical_mistakes_are_told_apart_and_underlined() {
    for (text, message, underlined) in MISTAKES {
        let error = error(text);
        let lines: Vec<&str> = error.lines().collect();
        assert_eq!(lines.len(), 4, "{error}");
        assert!(lines[0].contains(message), "{text}\n{error}");
        let caret: Vec<usize> = lines[3]
            .chars()
            .enumerate()
            .filter(|(_, c)| *c == '^')
            .map(|(i, _)| i)
            .collect();
        let shown: String = caret
            .iter()
            .filter_map(|i| lines[2].chars().nth(*i))
            .collect();
        assert_eq!(shown.trim(), *underlined, "{text}\n{error}");
    }
}

#[test]
fn hostile_input_is_refused_in_bounded_time() {
    let deep: String = (2..=49)
        .map(|l| format!("{l} G{l} OCCURS 9999. "))
        .collect();
    assert!(
        error(&format!("01 R. {deep} 88 X VALUE 1.")).contains("PICTURE clause or subordinate")
    );
    assert!(error(&"05 A PIC X. ".repeat(70_000)).contains("at most 65536 entries"));
    assert!(error(&format!("01 R. {}", "A ".repeat(600_000))).contains("at most 524288 words"));
    assert!(error(&"x".repeat(9 << 20)).contains("bytes of copybook text"));
    assert!(error(&format!("01 A PIC {}.", "9".repeat(100_000))).contains("1 to 38"));
    assert!(error(&format!("01 A PIC X VALUE {}", "ALL ".repeat(100_000))).contains("after ALL"));
    let chain: String = (1..4000)
        .map(|i| format!("05 A{i} REDEFINES A{} PIC X. ", i - 1))
        .collect();
    assert!(Schema::parse(&format!("01 R. 05 A0 PIC X. {chain}")).is_ok());
}
