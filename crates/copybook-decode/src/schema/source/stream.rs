//! From lines with areas, indicators and continuations to one stream of characters.

use memchr::memchr3;

use super::super::error::{At, Fault};
use super::format::{
    Form, LAST_COLUMN, NO_SEQUENCE, blank, columns, cut, listing, split_columns,
    starts_before_text, trim_blanks,
};

/// Text without areas, comments and continuations; lines end in `\n`.
#[derive(Debug, Default)]
pub(in crate::schema) struct Stream {
    pub(in crate::schema) text: String,
    file: usize,
    plain: bool,
    /// By index, ascending.
    marks: Vec<Mark>,
    /// The quote of a literal that the last line left open.
    open: Option<char>,
    /// Column behind the last character taken.
    end_column: usize,
}

/// From byte `index` on, text comes from `line`, starting at `column`.
#[derive(Debug)]
struct Mark {
    index: usize,
    line: usize,
    column: usize,
}

/// Finds where stretches of a stream were written. They are asked for in the order of the stream.
#[derive(Debug)]
pub(in crate::schema) struct Places<'s> {
    stream: &'s Stream,
    ascii: bool,
    /// Index of the mark that holds at the last place.
    mark: usize,
    /// Index and column of the last place.
    index: usize,
    column: usize,
}

impl<'s> Places<'s> {
    pub(in crate::schema) fn new(stream: &'s Stream) -> Self {
        Self {
            stream,
            ascii: stream.text.is_ascii(),
            mark: 0,
            index: 0,
            column: stream.marks.first().map_or(1, |mark| mark.column),
        }
    }

    /// Where the text from `start` to `end` was written; `start` is not before that of the last
    /// call.
    #[inline]
    pub(in crate::schema) fn at(&mut self, start: usize, end: usize) -> At {
        let marks = &self.stream.marks;
        while let Some(next) = marks.get(self.mark + 1)
            && next.index <= start
        {
            self.mark += 1;
            (self.index, self.column) = (next.index, next.column);
        }
        self.column += self.width(self.index, start);
        self.index = start;
        let line = marks.get(self.mark).map_or(1, |mark| mark.line);
        At::new(self.stream.file, line, self.column, self.width(start, end))
    }

    fn width(&self, start: usize, end: usize) -> usize {
        if self.ascii {
            return end - start;
        }
        columns(&self.stream.text[start..end])
    }
}

impl Stream {
    /// `plain` says that the text of the file has neither quotes nor inline comments;
    /// about so many `bytes` of it are to be expected.
    pub(super) fn new(file: usize, plain: bool, bytes: usize) -> Stream {
        Stream {
            text: String::with_capacity(bytes),
            file,
            plain,
            ..Stream::default()
        }
    }

    /// Takes a line in; `auto` if its format was guessed.
    pub(super) fn line(
        &mut self,
        line: usize,
        text: &str,
        form: Form,
        auto: bool,
    ) -> Result<(), Fault> {
        if form == Form::Free {
            self.free_line(line, text);
            return Ok(());
        }
        self.fixed_line(line, cut(text, form), auto)
    }

    pub(super) fn finish(&mut self) {
        self.text.push('\n');
    }

    fn free_line(&mut self, line: usize, text: &str) {
        let content = trim_blanks(text);
        // No entry starts with `*`, so a fixed-format comment is understood too.
        if content.is_empty() || content.starts_with('*') {
            return;
        }
        self.new_line();
        let before = &text[..text.len() - content.len()];
        self.take(line, columns(before), content);
    }

    fn fixed_line(&mut self, line: usize, text: &str, auto: bool) -> Result<(), Fault> {
        let early = || text.chars().take(7).any(|c| !c.is_whitespace());
        if auto && !text.starts_with(NO_SEQUENCE) && early() && starts_before_text(text) {
            let at = At::new(self.file, line, 1, 7);
            return Err(Fault::expected(
                at,
                "sequence numbers or spaces in columns 1 to 6 of fixed format (or give the format \
                 with --copybook-format free)",
                "the start of an entry",
            ));
        }
        let (sequence, rest) = split_columns(text, 6);
        let mut rest = rest.chars();
        let Some(indicator) = rest.next() else {
            return Ok(());
        };
        let content = rest.as_str();
        match indicator {
            '*' | '/' | 'D' | 'd' | '$' => {}
            '-' => self.continuation(line, content)?,
            c if blank(c) => {
                let text = trim_blanks(content);
                // Nearly every line begins with a number.
                let listed = text.starts_with(['E', 'S', 'T', 'e', 's', 't']) && listing(content);
                if !(text.is_empty() || listed) {
                    self.new_line();
                    let before = &content[..content.len() - text.len()];
                    self.take(line, 7 + columns(before), text);
                }
            }
            // A comment from column 1: no such line can be anything else.
            _ if sequence.trim_start().starts_with('*') => {}
            c => {
                let at = At::new(self.file, line, 7, 1);
                let expected = "a space, `*`, `/`, `-` or `D` in column 7 of fixed format (or give \
                                the format with --copybook-format free)";
                return Err(Fault::expected(at, expected, format!("`{c}`")));
            }
        }
        Ok(())
    }

    /// Language Reference, "Continuation lines": a literal resumes behind the first quote and keeps
    /// the spaces up to column 72; anything else resumes at the first character.
    fn continuation(&mut self, line: usize, content: &str) -> Result<(), Fault> {
        let text = trim_blanks(content);
        let Some(first) = text.chars().next() else {
            return Ok(());
        };
        let before = columns(&content[..content.len() - text.len()]);
        let Some(quote) = self.open else {
            if self.quote_at_the_end(text) {
                self.take(line, 8 + before, &text[first.len_utf8()..]);
                return Ok(());
            }
            self.cut_blanks();
            self.take(line, 7 + before, text);
            return Ok(());
        };
        if first != quote {
            let at = At::new(self.file, line, 8 + before, 1);
            let expected = format!("{quote} to continue the literal of the line before");
            return Err(Fault::expected(at, &expected, format!("`{first}`")));
        }
        for _ in self.end_column..=LAST_COLUMN {
            self.text.push(' ');
        }
        self.take(line, 8 + before, &text[first.len_utf8()..]);
        Ok(())
    }

    /// The same section: a quote in column 72, with two at the beginning of the next line, is one
    /// quote within the literal. The first of the two only resumes the literal.
    fn quote_at_the_end(&self, content: &str) -> bool {
        self.end_column == LAST_COLUMN + 1
            && ['\'', '"'].into_iter().any(|quote| {
                let rest = content.strip_prefix(quote);
                self.text.ends_with(quote) && rest.is_some_and(|rest| rest.starts_with(quote))
            })
    }

    fn cut_blanks(&mut self) {
        let kept = self.text.trim_end_matches(blank).len();
        self.text.truncate(kept);
        while self.marks.pop_if(|mark| mark.index > kept).is_some() {}
    }

    fn new_line(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.open = None;
    }

    /// Appends text up to an inline comment. `skipped` columns of the line lie before it.
    fn take(&mut self, line: usize, skipped: usize, content: &str) {
        self.marks.push(Mark {
            index: self.text.len(),
            line,
            column: skipped + 1,
        });
        let taken = self.before_comment(content);
        self.text.push_str(taken);
        self.end_column = skipped + columns(taken) + 1;
    }

    /// The content up to an inline comment; the literal that it leaves open is noted.
    fn before_comment<'c>(&mut self, content: &'c str) -> &'c str {
        let special = || memchr3(b'\'', b'"', b'*', content.as_bytes()).is_some();
        if self.open.is_none() && (self.plain || !special()) {
            return content;
        }
        let mut before = None;
        for (index, c) in content.char_indices() {
            match self.open {
                Some(quote) if c == quote => self.open = None,
                Some(_) => {}
                None if c == '\'' || c == '"' => self.open = Some(c),
                None if content[index..].starts_with("*>") && before.is_none_or(blank) => {
                    return &content[..index];
                }
                None => {}
            }
            before = Some(c);
        }
        content
    }
}
