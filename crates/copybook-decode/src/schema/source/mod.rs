//! Reference format: from lines with areas, indicators and continuations to streams of characters
//! whose places are known, one up to every compiler directive.
//!
//! Fixed format is that of the Enterprise COBOL Language Reference, "Reference format": columns
//! 1-6 sequence, 7 indicator, 8-72 text, the rest identification.

mod encoding;
mod format;
mod stream;

use memchr::{memchr, memchr_iter, memchr2, memchr3, memrchr};

use super::directive::Directive;
use super::error::{At, Fault};
use super::options::SourceFormat;
pub(super) use encoding::text_of;
pub(super) use format::{Detected, Form, blank};
use format::{LAST_COLUMN, columns, cut, detect, directive, expand_tabs, split_columns};
pub(super) use stream::{Places, Stream};

/// More text than any copybook has; a bound on what hostile input costs.
const MAX_CHARS: usize = 8 << 20;

/// Every text that took part, kept for error messages.
#[derive(Debug, Default)]
pub(super) struct Sources {
    files: Vec<SourceFile>,
    chars: usize,
}

#[derive(Debug)]
struct SourceFile {
    name: Option<String>,
    /// All lines, tabs expanded, without what ended them.
    text: String,
    lines: Vec<Line>,
    /// Whether a line may be a directive.
    directives: bool,
    /// There are neither quotes nor inline comments.
    plain: bool,
}

#[derive(Debug)]
struct Line {
    /// Where it begins and ends in the text of its file.
    start: usize,
    end: usize,
    /// It had tabs: how far it reaches depends on an editor's tab stops.
    tabbed: bool,
    /// The format in which it was read; a line that conditions leave out has none.
    form: Option<Form>,
}

/// How far a file was read.
#[derive(Debug)]
pub(super) struct Reader {
    file: usize,
    /// Index of the next line.
    next: usize,
    pub(super) form: Form,
    auto: bool,
}

/// What a file has next.
#[derive(Debug)]
pub(super) enum Part {
    Text(Stream),
    Directive(Directive),
    End,
}

impl Sources {
    /// Takes a text in and returns its index. `name` is that of the COPY member.
    pub(super) fn add(&mut self, name: Option<String>, text: &str) -> Result<usize, Fault> {
        let file = self.files.len();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut source = SourceFile {
            name,
            text: String::with_capacity(text.len().min(MAX_CHARS)),
            lines: Vec::with_capacity(text.len().min(MAX_CHARS) / 32),
            directives: memchr2(b'>', b'$', text.as_bytes()).is_some(),
            plain: memchr3(b'\'', b'"', b'>', text.as_bytes()).is_none(),
        };
        let any_tabs = memchr(b'\t', text.as_bytes()).is_some();
        let mut fault = None;
        for line in lines(text) {
            let start = source.text.len();
            let tabbed = any_tabs && line.contains('\t');
            if tabbed {
                expand_tabs(line, &mut source.text);
            } else {
                source.text.push_str(line);
            }
            let end = source.text.len();
            self.chars = self.chars.saturating_add(end - start);
            source.lines.push(Line {
                start,
                end,
                tabbed,
                form: None,
            });
            if self.chars > MAX_CHARS {
                let at = At::new(file, source.lines.len(), 1, 1);
                let expected = format!("at most {MAX_CHARS} bytes of copybook text");
                fault = Some(Fault::expected(at, &expected, "more"));
                break;
            }
        }
        self.files.push(source);
        fault.map_or(Ok(file), Err)
    }

    /// Name of the file and text of a line (empty past the end).
    pub(super) fn line(&self, file: usize, line: usize) -> (Option<String>, String) {
        let Some(source) = self.files.get(file) else {
            return (None, String::new());
        };
        let text = source.line(line).unwrap_or_default();
        (source.name.clone(), text.to_owned())
    }

    /// The format of a file and why.
    pub(super) fn detected(&self, file: usize, format: SourceFormat) -> Detected {
        let source = self.files.get(file);
        let directives = source.is_some_and(|source| source.directives);
        let lines = source.into_iter().flat_map(SourceFile::lines);
        detect(lines, format, directives)
    }

    /// Begins to read a file.
    pub(super) fn reader(&self, file: usize, format: SourceFormat) -> Reader {
        Reader {
            file,
            next: 0,
            form: self.detected(file, format).form,
            auto: format == SourceFormat::Auto,
        }
    }

    /// What comes next: the characters up to a directive that a compiler would see if the text is
    /// `active`, or the directive.
    pub(super) fn part(&mut self, reader: &mut Reader, active: bool) -> Result<Part, Fault> {
        let source = &mut self.files[reader.file];
        let mut stream = None;
        let rest = source.lines.get(reader.next);
        // Directives may make thousands of streams.
        let rest = rest
            .map_or(0, |line| source.text.len() - line.start)
            .min(1 << 16);
        while let Some(line) = source.lines.get_mut(reader.next) {
            let text = &source.text[line.start..line.end];
            let number = reader.next + 1;
            let found = source.directives.then(|| directive(text, reader.form));
            if let Some((skipped, text)) = found.flatten() {
                if stream.is_some() {
                    break;
                }
                reader.next += 1;
                let width = columns(text.trim_end());
                let at = At::new(reader.file, number, skipped + 1, width);
                let text = text.to_owned();
                return Ok(Part::Directive(Directive { at, text }));
            }
            reader.next += 1;
            if active {
                line.form = Some(reader.form);
                let stream =
                    stream.get_or_insert_with(|| Stream::new(reader.file, source.plain, rest));
                stream.line(number, text, reader.form, reader.auto)?;
            }
        }
        Ok(match stream {
            Some(mut stream) => {
                stream.finish();
                Part::Text(stream)
            }
            None => Part::End,
        })
    }

    /// Whether a line has tabs.
    pub(super) fn has_tabs(&self, at: At) -> bool {
        let source = self.files.get(at.file());
        let line = source.and_then(|source| source.lines.get(at.line().checked_sub(1)?));
        line.is_some_and(|line| line.tabbed)
    }

    /// The line at or before a place whose text goes on behind column 72, where fixed format cuts
    /// it off in the middle of an entry.
    pub(super) fn cut_off(&self, at: At) -> Option<At> {
        let source = self.files.get(at.file())?;
        // The text of a line, if it has some, and what is behind it.
        let parts = |line: usize| {
            let whole = source.line(line)?;
            let fixed = source.lines[line - 1].form == Some(Form::Fixed);
            let text = cut(whole, Form::Fixed);
            let mut after_sequence = split_columns(text, 6).1.chars();
            let comment = matches!(after_sequence.next(), None | Some('*' | '/' | 'D' | 'd'));
            let kept = after_sequence.as_str();
            let some = fixed && !comment && kept.contains(|c| !blank(c));
            some.then(|| (kept, &whole[text.len()..]))
        };
        let before = (1..at.line()).rev().find(|line| parts(*line).is_some());
        [Some(at.line()), before]
            .into_iter()
            .flatten()
            .find_map(|line| {
                let (kept, lost) = parts(line)?;
                if is_identification(source, kept, lost) {
                    return None;
                }
                let goes_on = !kept.trim_end_matches(blank).ends_with('.');
                let width = columns(lost.trim_end());
                (!lost.trim().is_empty() && goes_on)
                    .then(|| At::new(at.file(), line, LAST_COLUMN + 1, width))
            })
    }
}

impl SourceFile {
    fn lines(&self) -> impl Iterator<Item = &str> {
        let lines = self.lines.iter();
        lines.map(|line| &self.text[line.start..line.end])
    }

    /// The text of a line, counted from 1.
    fn line(&self, number: usize) -> Option<&str> {
        let line = self.lines.get(number.checked_sub(1)?)?;
        Some(&self.text[line.start..line.end])
    }
}

/// What [`str::lines`] gives, at memory speed.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let ended = memchr_iter(b'\n', text.as_bytes()).map(move |end| {
        let line = &text[start..end];
        start = end + 1;
        line.strip_suffix('\r').unwrap_or(line)
    });
    let behind = memrchr(b'\n', text.as_bytes()).map_or(0, |end| end + 1);
    let last = Some(&text[behind..]).filter(|line| !line.is_empty());
    ended.chain(last)
}

/// Whether text behind column 72 is what programs keep there: a word of at most eight characters
/// apart from the entry, as the name of a program or a number, or what other lines have there too.
fn is_identification(source: &SourceFile, kept: &str, lost: &str) -> bool {
    let word = lost.trim();
    let apart = columns(kept) < LAST_COLUMN - 7 || kept.ends_with(blank);
    let is_word = word.len() <= 8 && !word.contains([' ', '(']) && !word.ends_with('.');
    let same = |line: &&str| split_columns(line, LAST_COLUMN).1 == lost;
    !word.is_empty() && ((apart && is_word) || source.lines().filter(same).count() > 1)
}
