//! From characters to words, literals and periods.
//!
//! A picture string is an ordinary word here: everything between spaces, less the separator behind
//! it (Language Reference, "Separators": a period, comma or semicolon separates only before a
//! space), so the lexer needs no context.

use bumpalo::Bump;
use memchr::{memchr2, memmem};

use super::error::{At, Fault};
use super::source::{Places, Stream, blank};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind,
    /// Upper case for words; as written, quotes included, for literals.
    pub(super) text: &'t str,
    /// The words inside of pseudo-text.
    pub(super) inside: &'t [Token<'t>],
    pub(super) at: At,
    /// No space lies between this token and the one before.
    pub(super) glued: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    Literal,
    Period,
    /// `==...==` of COPY REPLACING.
    Pseudo,
}

impl Token<'_> {
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text == word
    }
}

/// More words than any copybook has; a bound on what hostile input costs.
pub(super) const MAX_TOKENS: usize = 1 << 19;

/// Splits a stream into tokens, whose text is kept in `kept`.
pub(super) fn tokens<'t>(stream: &Stream, kept: &'t Bump) -> Result<Vec<Token<'t>>, Fault> {
    let upper = kept.alloc_str(&stream.text);
    upper.make_ascii_uppercase();
    let text = match *upper == stream.text {
        true => &*upper,
        false => kept.alloc_str(&stream.text),
    };
    Lexer {
        text,
        upper,
        bytes: text.as_bytes(),
        kept,
        places: Places::new(stream),
        pos: 0,
        glued: false,
    }
    .run(stream.text.len(), false)
}

struct Lexer<'s, 't> {
    text: &'t str,
    /// The same in upper case.
    upper: &'t str,
    bytes: &'t [u8],
    kept: &'t Bump,
    places: Places<'s>,
    /// Byte index of the next character.
    pos: usize,
    glued: bool,
}

/// Bytes that never end a word: all of ASCII except separators, quotes and `=`.
const IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte < 0x7f {
        table[byte as usize] = !matches!(byte, b'\'' | b'"' | b'=');
        byte += 1;
    }
    table
};

impl<'t> Lexer<'_, 't> {
    fn run(&mut self, end: usize, inside_pseudo: bool) -> Result<Vec<Token<'t>>, Fault> {
        // Few texts have more than one word in seven bytes.
        let mut out = Vec::with_capacity(((end - self.pos) / 7).min(MAX_TOKENS));
        while self.pos < end {
            if out.len() >= MAX_TOKENS {
                let at = self.places.at(self.pos, self.pos);
                return Err(Fault::expected(
                    at.part(0, 1),
                    &format!("at most {MAX_TOKENS} words"),
                    "more",
                ));
            }
            if let Some(width) = self.blank(self.pos) {
                self.pos += width;
                self.glued = false;
            } else if !inside_pseudo && self.sees_marker(self.pos) {
                self.pseudo(end, &mut out)?;
            } else if let Some(open) = self.literal_prefix() {
                self.literal(open, end, &mut out)?;
            } else {
                self.word(end, &mut out);
            }
        }
        Ok(out)
    }

    /// Bytes of the blank at an index, if there is one.
    #[inline]
    fn blank(&self, index: usize) -> Option<usize> {
        match self.bytes[index] {
            b' ' | b'\n' => Some(1),
            byte if IN_WORD[usize::from(byte)] => None,
            _ => self.odd_blank(index),
        }
    }

    fn odd_blank(&self, index: usize) -> Option<usize> {
        let c = self.text[index..].chars().next()?;
        blank(c).then(|| c.len_utf8())
    }

    /// Whether `==` stands at an index; its second character may be behind the part that is being read.
    fn sees_marker(&self, index: usize) -> bool {
        self.bytes[index] == b'=' && self.bytes.get(index + 1) == Some(&b'=')
    }

    /// Index of the quote if a literal starts here: `'`, `"`, or a prefix such as X, N, NX, G, Z.
    fn literal_prefix(&self) -> Option<usize> {
        let rest = &self.bytes[self.pos..];
        let length = match rest {
            [b'\'' | b'"', ..] => 0,
            [_, b'\'' | b'"', ..] => 1,
            [_, _, b'\'' | b'"', ..] => 2,
            _ => return None,
        };
        let prefixes: [&[u8]; 11] = [
            b"", b"X", b"N", b"NX", b"G", b"Z", b"B", b"BX", b"H", b"U", b"UX",
        ];
        let found = prefixes
            .iter()
            .any(|prefix| prefix.eq_ignore_ascii_case(&rest[..length]));
        found.then_some(self.pos + length)
    }

    fn literal(&mut self, open: usize, end: usize, out: &mut Vec<Token<'t>>) -> Result<(), Fault> {
        let quote = self.bytes[open];
        let mut from = open + 1;
        let stop = loop {
            match memchr2(quote, b'\n', &self.bytes[from.min(end)..end]) {
                Some(length) if self.bytes[from + length] == quote => {
                    let behind = from + length + 1;
                    // A doubled quote stands for itself.
                    if behind < end && self.bytes[behind] == quote {
                        from = behind + 1;
                    } else {
                        self.push(TokenKind::Literal, behind, out);
                        return Ok(());
                    }
                }
                Some(length) => break from + length,
                None => break end.max(open + 1),
            }
        };
        let at = self.places.at(self.pos, stop);
        Err(Fault::expected(
            at,
            &format!("a closing {} on this line", char::from(quote)),
            "the end of the line",
        ))
    }

    fn pseudo(&mut self, end: usize, out: &mut Vec<Token<'t>>) -> Result<(), Fault> {
        let (start, glued) = (self.pos, self.glued);
        let at = self.places.at(start, start + 2);
        let inside = self.bytes.get(start + 2..end).unwrap_or_default();
        let Some(length) = memmem::find(inside, b"==") else {
            return Err(Fault::expected(
                at,
                "`==` at the end of the pseudo-text",
                "none",
            ));
        };
        self.pos += 2;
        self.glued = false;
        let inner = self.run(start + 2 + length, true)?;
        self.pos = start + 4 + length;
        self.glued = true;
        out.push(Token {
            kind: TokenKind::Pseudo,
            text: "==",
            inside: self.kept.alloc_slice_copy(&inner),
            at,
            glued,
        });
        Ok(())
    }

    fn word(&mut self, end: usize, out: &mut Vec<Token<'t>>) {
        let start = self.pos;
        let word_end = self.end_of_word(end);
        let at_space = word_end == end || self.blank(word_end).is_some();
        let mut stop = word_end;
        if stop - start == 1 && matches!(self.bytes[start], b',' | b';') {
            self.pos = stop;
            self.glued = false;
            return;
        }
        if at_space && matches!(self.bytes[stop - 1], b'.' | b',' | b';') {
            stop -= 1;
        }
        if stop > start {
            self.push(TokenKind::Word, stop, out);
        }
        if stop < word_end {
            if self.bytes[stop] == b'.' {
                self.push(TokenKind::Period, word_end, out);
            }
            self.pos = word_end;
        }
    }

    /// A word's first character is taken whatever it is.
    fn end_of_word(&self, end: usize) -> usize {
        let mut index = self.pos + 1;
        while !self.text.is_char_boundary(index) {
            index += 1;
        }
        while index < end {
            let rest = self.bytes[index..end].iter();
            index += rest.take_while(|byte| IN_WORD[usize::from(**byte)]).count();
            if index == end {
                break;
            }
            match self.bytes[index] {
                b'\'' | b'"' => break,
                b'=' if self.sees_marker(index) => break,
                _ if self.blank(index).is_some() => break,
                _ => {
                    index += 1;
                    while !self.text.is_char_boundary(index) {
                        index += 1;
                    }
                }
            }
        }
        index
    }

    fn push(&mut self, kind: TokenKind, stop: usize, out: &mut Vec<Token<'t>>) {
        let text = match kind {
            TokenKind::Word => &self.upper[self.pos..stop],
            _ => &self.text[self.pos..stop],
        };
        let at = self.places.at(self.pos, stop);
        out.push(Token {
            kind,
            text,
            inside: &[],
            at,
            glued: self.glued,
        });
        self.pos = stop;
        self.glued = true;
    }
}
