//! From lines with areas, indicators and continuations to one stream of characters.

use super::super::error::{At, Fault};
use super::format::{Form, LAST_COLUMN, blank, listing, starts_before_text};

/// Characters without areas, comments and continuations; lines end in `\n`.
#[derive(Debug, Default)]
pub(in crate::schema) struct Stream {
    pub(in crate::schema) chars: Vec<char>,
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
    pub(super) fn new(file: usize) -> Stream {
        Stream {
            file,
            ..Stream::default()
        }
    }

    /// Where a stretch of the stream was written.
    pub(in crate::schema) fn at(&self, index: usize, width: usize) -> At {
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

    /// Takes a line in; `auto` if its format was guessed.
    pub(super) fn line(
        &mut self,
        line: usize,
        chars: &[char],
        form: Form,
        auto: bool,
    ) -> Result<(), Fault> {
        if form == Form::Free {
            self.free_line(line, chars);
            return Ok(());
        }
        self.fixed_line(line, chars, form, auto)
    }

    pub(super) fn finish(&mut self) {
        self.chars.push('\n');
    }

    fn free_line(&mut self, line: usize, chars: &[char]) {
        let first = chars.iter().position(|c| !blank(*c)).unwrap_or(chars.len());
        let rest = &chars[first..];
        // No entry starts with `*`, so a fixed-format comment is understood too.
        if rest.is_empty() || rest[0] == '*' {
            return;
        }
        self.new_line();
        self.take(line, first, rest);
    }

    fn fixed_line(
        &mut self,
        line: usize,
        chars: &[char],
        form: Form,
        auto: bool,
    ) -> Result<(), Fault> {
        let text = &chars[..chars.len().min(form.end())];
        let early = auto && text.iter().take(7).any(|c| !c.is_whitespace());
        if early && starts_before_text(&text.iter().collect::<String>()) {
            let at = At {
                file: self.file,
                line,
                column: 1,
                width: 7,
            };
            return Err(Fault::expected(
                at,
                "sequence numbers or spaces in columns 1 to 6 of fixed format (or give the format \
                 with --copybook-format free)",
                "the start of an entry",
            ));
        }
        let Some((&indicator, content)) = text.get(6..).and_then(<[char]>::split_first) else {
            return Ok(());
        };
        match indicator {
            '*' | '/' | 'D' | 'd' | '$' => {}
            '-' => self.continuation(line, content)?,
            c if blank(c) => {
                if content.iter().any(|c| !blank(*c)) && !listing(content) {
                    self.new_line();
                    self.take(line, 7, content);
                }
            }
            // A comment from column 1: no such line can be anything else.
            _ if text[..6].iter().find(|c| !c.is_whitespace()) == Some(&'*') => {}
            c => {
                let at = At {
                    file: self.file,
                    line,
                    column: 7,
                    width: 1,
                };
                let expected = "a space, `*`, `/`, `-` or `D` in column 7 of fixed format (or give \
                                the format with --copybook-format free)";
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
            if self.quote_at_the_end(&content[first..]) {
                self.take(line, 8 + first, &content[first + 1..]);
                return Ok(());
            }
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

    /// The same section: a quote in column 72, with two at the beginning of the next line, is one
    /// quote within the literal. The first of the two only resumes the literal.
    fn quote_at_the_end(&self, content: &[char]) -> bool {
        match (self.chars.last(), content) {
            (Some(last @ ('\'' | '"')), [first, second, ..]) => {
                self.end_column == LAST_COLUMN + 1 && first == last && second == last
            }
            _ => false,
        }
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
