//! A report as Markdown: for a pull request, a wiki, a step summary. Words and tables; charts are files.

use std::fmt::Write as _;

use crate::model::{Body, Part, Report, Section, Table, Tone};

/// The whole report.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    for part in &report.parts {
        part_into(&mut out, part);
    }
    out
}

// Writing to a String cannot fail, here and below.

fn part_into(out: &mut String, part: &Part) {
    let mark = match part.verdict.tone {
        Tone::Good => "✓",
        Tone::Bad => "✗",
        Tone::Unsure => "?",
        Tone::Neutral => "•",
    };
    let _ = writeln!(out, "## {}\n", plain(&part.title));
    let _ = writeln!(out, "**{mark} {}**\n", plain(&part.verdict.headline));
    for reason in &part.verdict.reasons {
        let _ = writeln!(out, "- {}", rich(reason));
    }
    let _ = writeln!(out, "\n{}.\n", plain(&part.subtitle));
    for section in &part.sections {
        section_into(out, section);
    }
}

fn section_into(out: &mut String, section: &Section) {
    let shown = |body: &Body| !matches!(body, Body::Figure(_) | Body::Flame(_));
    if !section.body.iter().any(shown) {
        return;
    }
    let _ = writeln!(out, "### {}\n", section.heading);
    for body in &section.body {
        match body {
            Body::Figure(_) | Body::Flame(_) => {}
            Body::Table(table) => table_into(out, table),
            Body::Facts(facts) => {
                for fact in facts {
                    let value = fact.value.as_deref().unwrap_or("unknown");
                    let _ = writeln!(out, "- {}: {}", fact.name, plain(value));
                }
                out.push('\n');
            }
            Body::Warnings(warnings) => {
                for warning in warnings {
                    let _ = writeln!(out, "- {}", rich(warning));
                }
                out.push('\n');
            }
            Body::Heading(text) => {
                let _ = writeln!(out, "#### {}\n", plain(text));
            }
            Body::Text(text) => {
                let _ = writeln!(out, "{}\n", plain(text));
            }
            Body::Commands(steps) => {
                for step in steps {
                    let _ = writeln!(out, "{}\n\n    {}\n", rich(&step.why), step.command);
                }
            }
        }
    }
}

fn table_into(out: &mut String, table: &Table) {
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let head = table.head.iter().map(|column| plain(&column.name));
    let rule = table
        .head
        .iter()
        .map(|column| if column.number { "---:" } else { "---" }.to_owned());
    let _ = writeln!(out, "{}\n{}", row(head.collect()), row(rule.collect()));
    for cells in &table.rows {
        let _ = writeln!(
            out,
            "{}",
            row(cells.iter().map(|cell| plain(cell)).collect())
        );
    }
    out.push('\n');
}

/// The same as on a page: what stands between backticks is code, the rest is plain.
fn rich(text: &str) -> String {
    if !text.matches('`').count().is_multiple_of(2) {
        return plain(text);
    }
    let piece = |(at, piece): (usize, &str)| match at % 2 {
        1 if !piece.trim().is_empty() => format!("`{piece}`"),
        1 => plain(&format!("`{piece}`")),
        _ => plain(piece),
    };
    text.split('`').enumerate().map(piece).collect()
}

/// Text that is no Markdown and no HTML of its own.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '|' | '*' | '_' | '[' | ']' | '`' | '#' | '!' | '~' | '@' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{plain, rich};

    #[test]
    fn code_is_code() {
        assert_eq!(
            rich("run `bench_x --a *b*` <b>, `` or `c"),
            "run \\`bench\\_x --a \\*b\\*\\` &lt;b&gt;, \\`\\` or \\`c"
        );
        assert_eq!(
            rich("run `bench_x <y>` *now*, ``"),
            "run `bench_x <y>` \\*now\\*, \\`\\`"
        );
    }

    #[test]
    fn text_from_a_file_is_no_markup() {
        assert_eq!(
            plain("a|b <img src=x> [x](y) *z* `q` @all"),
            "a\\|b &lt;img src=x&gt; \\[x\\](y) \\*z\\* \\`q\\` \\@all"
        );
    }
}
