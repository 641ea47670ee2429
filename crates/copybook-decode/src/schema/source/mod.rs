//! Reference format: from lines with areas, indicators and continuations to streams of characters
//! whose places are known, one up to every compiler directive.
//!
//! Fixed format is that of the Enterprise COBOL Language Reference, "Reference format": columns
//! 1-6 sequence, 7 indicator, 8-72 text, the rest identification.

mod encoding;
mod format;
mod stream;

use super::directive::Directive;
use super::error::{At, Fault};
use super::options::SourceFormat;
pub(super) use encoding::text_of;
pub(super) use format::{Detected, Form, blank};
use format::{LAST_COLUMN, detect, directive, expand_tabs};
pub(super) use stream::Stream;

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
    lines: Vec<String>,
    /// Lines with tabs: how far they reach depends on an editor's tab stops.
    tabbed: Vec<bool>,
    /// Format of each line that was read; lines that conditions leave out have none.
    forms: Vec<Option<Form>>,
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
            lines: Vec::new(),
            tabbed: Vec::new(),
            forms: Vec::new(),
        };
        let mut fault = None;
        for line in text.lines() {
            source.tabbed.push(line.contains('\t'));
            let line = expand_tabs(line);
            self.chars = self.chars.saturating_add(line.len());
            source.lines.push(line);
            if self.chars > MAX_CHARS {
                let at = At {
                    file,
                    line: source.lines.len(),
                    column: 1,
                    width: 1,
                };
                let expected = format!("at most {MAX_CHARS} bytes of copybook text");
                fault = Some(Fault::expected(at, &expected, "more"));
                break;
            }
        }
        source.forms = vec![None; source.lines.len()];
        self.files.push(source);
        fault.map_or(Ok(file), Err)
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

    /// The format of a file and why.
    pub(super) fn detected(&self, file: usize, format: SourceFormat) -> Detected {
        let lines = self.files.get(file).map_or(&[][..], |source| &source.lines);
        detect(lines, format)
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
        let mut chars = Vec::new();
        while let Some(line) = source.lines.get(reader.next) {
            chars.clear();
            chars.extend(line.chars());
            let number = reader.next + 1;
            let found = directive(&chars, reader.form);
            if let Some((skipped, text)) = found {
                if stream.is_some() {
                    break;
                }
                reader.next += 1;
                let at = At {
                    file: reader.file,
                    line: number,
                    column: skipped + 1,
                    width: text.trim_end().chars().count(),
                };
                return Ok(Part::Directive(Directive { at, text }));
            }
            reader.next += 1;
            if active {
                source.forms[number - 1] = Some(reader.form);
                let stream = stream.get_or_insert_with(|| Stream::new(reader.file));
                stream.line(number, &chars, reader.form, reader.auto)?;
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
        let source = self.files.get(at.file);
        let tabbed = source.and_then(|source| source.tabbed.get(at.line.checked_sub(1)?));
        tabbed.is_some_and(|tabbed| *tabbed)
    }

    /// The line at or before a place whose text goes on behind column 72, where fixed format cuts
    /// it off in the middle of an entry.
    pub(super) fn cut_off(&self, at: At) -> Option<At> {
        let source = self.files.get(at.file)?;
        // The text of a line, if it has some, and what is behind it.
        let parts = |line: usize| {
            let index = line.checked_sub(1)?;
            let fixed = source.forms.get(index)? == &Some(Form::Fixed);
            let chars: Vec<char> = source.lines.get(index)?.chars().collect();
            let (text, rest) = chars.split_at(chars.len().min(LAST_COLUMN));
            let comment = matches!(text.get(6), None | Some('*' | '/' | 'D' | 'd'));
            let kept = text.get(7..).unwrap_or_default();
            let some = fixed && !comment && kept.iter().any(|c| !blank(*c));
            some.then(|| (kept.to_vec(), rest.to_vec()))
        };
        let before = (1..at.line).rev().find(|line| parts(*line).is_some());
        [Some(at.line), before]
            .into_iter()
            .flatten()
            .find_map(|line| {
                let (kept, rest) = parts(line)?;
                let lost: String = rest.iter().collect();
                if is_identification(source, &kept, &lost) {
                    return None;
                }
                let last = kept.iter().rev().find(|c| !blank(**c))?;
                (!lost.trim().is_empty() && *last != '.').then(|| At {
                    file: at.file,
                    line,
                    column: LAST_COLUMN + 1,
                    width: lost.trim_end().chars().count(),
                })
            })
    }
}

/// Whether text behind column 72 is what programs keep there: a word of at most eight characters
/// apart from the entry, as the name of a program or a number, or what other lines have there too.
fn is_identification(source: &SourceFile, kept: &[char], lost: &str) -> bool {
    let word = lost.trim();
    let apart = kept.len() < LAST_COLUMN - 7 || kept.last().is_some_and(|c| blank(*c));
    let is_word = word.len() <= 8 && !word.contains([' ', '(']) && !word.ends_with('.');
    let same = |line: &&String| line.chars().skip(LAST_COLUMN).eq(lost.chars());
    !word.is_empty() && ((apart && is_word) || source.lines.iter().filter(same).count() > 1)
}
