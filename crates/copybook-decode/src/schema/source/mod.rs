//! Reference format: from lines with areas, indicators and continuations to one stream of
//! characters whose places are known.
//!
//! Fixed format is that of the Enterprise COBOL Language Reference, "Reference format": columns
//! 1-6 sequence, 7 indicator, 8-72 text, the rest identification.

mod format;

use super::error::{At, Fault};
use super::options::SourceFormat;
pub(super) use format::blank;
use format::{detect, directive, expand_tabs, starts_entry};

/// More text than any copybook has; a bound on what hostile input costs.
const MAX_CHARS: usize = 8 << 20;
const LAST_COLUMN: usize = 72;

/// Every text that took part, kept for error messages.
#[derive(Debug, Default)]
pub(super) struct Sources {
    files: Vec<SourceFile>,
    chars: usize,
}

#[derive(Debug)]
struct SourceFile {
    name: Option<String>,
    lines: Vec<String>,
}

impl Sources {
    /// Takes a text in and returns its index. `name` is that of the COPY member.
    pub(super) fn add(&mut self, name: Option<String>, text: &str) -> Result<usize, Fault> {
        let file = self.files.len();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = Vec::new();
        for line in text.lines() {
            let line = expand_tabs(line);
            self.chars = self.chars.saturating_add(line.len());
            lines.push(line);
            if self.chars > MAX_CHARS {
                let at = At {
                    file,
                    line: lines.len(),
                    column: 1,
                    width: 1,
                };
                self.files.push(SourceFile { name, lines });
                return Err(Fault::expected(
                    at,
                    &format!("at most {MAX_CHARS} bytes of copybook text"),
                    "more",
                ));
            }
        }
        self.files.push(SourceFile { name, lines });
        Ok(file)
    }

    /// Name of the file and text of a line (empty past the end).
    pub(super) fn line(&self, file: usize, line: usize) -> (Option<String>, String) {
        let Some(source) = self.files.get(file) else {
            return (None, String::new());
        };
        let text = source
            .lines
            .get(line.wrapping_sub(1))
            .cloned()
            .unwrap_or_default();
        (source.name.clone(), text)
    }

    /// The characters that a compiler would see.
    pub(super) fn stream(&self, file: usize, format: SourceFormat) -> Result<Stream, Fault> {
        let lines = &self.files[file].lines;
        let mut stream = Stream {
            file,
            ..Stream::default()
        };
        let detected = match format {
            SourceFormat::Auto => detect(lines),
            given => given,
        };
        for (index, line) in lines.iter().enumerate() {
            let chars: Vec<char> = line.chars().collect();
            if detected == SourceFormat::Free {
                stream.free_line(index + 1, &chars);
            } else {
                stream.fixed_line(index + 1, &chars, format == SourceFormat::Auto)?;
            }
        }
        stream.chars.push('\n');
        Ok(stream)
    }
}

/// Characters without areas, comments and continuations; lines end in `\n`.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) chars: Vec<char>,
    file: usize,
    marks: Vec<Mark>,
    /// The quote of a literal that the last line left open.
    open: Option<char>,
    /// Column behind the last character taken.
    end_column: usize,
}

/// From `index` on, characters come from `line`, starting at `column`.
#[derive(Debug)]
struct Mark {
    index: usize,
    line: usize,
    column: usize,
}

impl Stream {
    /// Where a stretch of the stream was written.
    pub(super) fn at(&self, index: usize, width: usize) -> At {
        let mark = self
            .marks
            .partition_point(|m| m.index <= index)
            .checked_sub(1);
        match mark.map(|m| &self.marks[m]) {
            Some(m) => At {
                file: self.file,
                line: m.line,
                column: m.column + (index - m.index),
                width,
            },
            None => At {
                file: self.file,
                line: 1,
                column: 1,
                width: 1,
            },
        }
    }

    fn free_line(&mut self, line: usize, chars: &[char]) {
        let first = chars.iter().position(|c| !blank(*c)).unwrap_or(chars.len());
        let rest = &chars[first..];
        // No entry starts with `*`, so a fixed-format comment is understood too.
        if rest.is_empty() || rest[0] == '*' || rest.starts_with(&['>', '>']) || rest[0] == '$' {
            return;
        }
        self.new_line();
        self.take(line, first, rest);
    }

    fn fixed_line(&mut self, line: usize, chars: &[char], auto: bool) -> Result<(), Fault> {
        let text = &chars[..chars.len().min(LAST_COLUMN)];
        let sequence: String = text.iter().take(6).collect();
        if auto && starts_entry(&text.iter().collect::<String>()) {
            let at = At {
                file: self.file,
                line,
                column: 1,
                width: 7,
            };
            return Err(Fault::expected(
                at,
                "sequence numbers or spaces in columns 1 to 6 of fixed format (or give the format as free)",
                "the start of an entry",
            ));
        }
        let Some((&indicator, content)) = text.get(6..).and_then(<[char]>::split_first) else {
            return Ok(());
        };
        match indicator {
            '*' | '/' | 'D' | 'd' | '$' => {}
            _ if indicator == '>' && content.first() == Some(&'>') => {}
            '-' => self.continuation(line, content)?,
            c if blank(c) => {
                if content.iter().any(|c| !blank(*c)) && !directive(content) {
                    self.new_line();
                    self.take(line, 7, content);
                }
            }
            // A comment from column 1: no such line can be anything else.
            _ if sequence.trim_start().starts_with('*') => {}
            c => {
                let at = At {
                    file: self.file,
                    line,
                    column: 7,
                    width: 1,
                };
                let expected = "a space, `*`, `/`, `-` or `D` in column 7 of fixed format (or give the format as free)";
                return Err(Fault::expected(at, expected, format!("`{c}`")));
            }
        }
        Ok(())
    }

    /// Language Reference, "Continuation lines": a literal resumes behind the first quote and keeps
    /// the spaces up to column 72; anything else resumes at the first character.
    fn continuation(&mut self, line: usize, content: &[char]) -> Result<(), Fault> {
        let Some(first) = content.iter().position(|c| !blank(*c)) else {
            return Ok(());
        };
        let Some(quote) = self.open else {
            while self.chars.last().is_some_and(|c| blank(*c)) {
                self.chars.pop();
            }
            self.take(line, 7 + first, &content[first..]);
            return Ok(());
        };
        if content[first] != quote {
            let at = At {
                file: self.file,
                line,
                column: 8 + first,
                width: 1,
            };
            let expected = format!("{quote} to continue the literal of the line before");
            return Err(Fault::expected(
                at,
                &expected,
                format!("`{}`", content[first]),
            ));
        }
        for _ in self.end_column..=LAST_COLUMN {
            self.chars.push(' ');
        }
        self.take(line, 8 + first, &content[first + 1..]);
        Ok(())
    }

    fn new_line(&mut self) {
        if !self.chars.is_empty() {
            self.chars.push('\n');
        }
        self.open = None;
    }

    /// Appends text up to an inline comment. `skipped` columns of the line lie before it.
    fn take(&mut self, line: usize, skipped: usize, content: &[char]) {
        self.marks.push(Mark {
            index: self.chars.len(),
            line,
            column: skipped + 1,
        });
        let mut taken = content.len();
        for (i, &c) in content.iter().enumerate() {
            match self.open {
                Some(quote) if c == quote => self.open = None,
                Some(_) => {}
                None if c == '\'' || c == '"' => self.open = Some(c),
                None if c == '*'
                    && content.get(i + 1) == Some(&'>')
                    && (i == 0 || blank(content[i - 1])) =>
                {
                    taken = i;
                    break;
                }
                None => {}
            }
        }
        self.chars.extend_from_slice(&content[..taken]);
        self.end_column = skipped + taken + 1;
    }
}
