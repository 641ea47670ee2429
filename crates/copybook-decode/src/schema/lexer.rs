//! From characters to words, literals and periods.
//!
//! A picture string is an ordinary word here: everything between spaces, less the separator behind
//! it (Language Reference, "Separators": a period, comma or semicolon separates only before a
//! space), so the lexer needs no context.

use super::error::{At, Fault};
use super::source::{Stream, blank};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// Upper case for words; as written, quotes included, for literals.
    pub(super) text: String,
    pub(super) at: At,
    /// No space lies between this token and the one before.
    pub(super) glued: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    Literal,
    Period,
    /// `==...==` of COPY REPLACING, with the words inside.
    Pseudo(Vec<Token>),
}

impl Token {
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text == word
    }
}

/// More words than any copybook has; a bound on what hostile input costs.
pub(super) const MAX_TOKENS: usize = 1 << 19;

/// Splits a stream into tokens.
pub(super) fn tokens(stream: &Stream) -> Result<Vec<Token>, Fault> {
    Lexer {
        stream,
        pos: 0,
        glued: false,
    }
    .run(stream.chars.len(), false)
}

struct Lexer<'a> {
    stream: &'a Stream,
    pos: usize,
    glued: bool,
}

impl Lexer<'_> {
    fn run(&mut self, end: usize, inside_pseudo: bool) -> Result<Vec<Token>, Fault> {
        let mut out = Vec::new();
        while self.pos < end {
            let c = self.stream.chars[self.pos];
            if out.len() >= MAX_TOKENS {
                let at = self.stream.at(self.pos, 1);
                return Err(Fault::expected(
                    at,
                    &format!("at most {MAX_TOKENS} words"),
                    "more",
                ));
            }
            if blank(c) {
                self.pos += 1;
                self.glued = false;
            } else if !inside_pseudo && self.sees("==") {
                self.pseudo(end, &mut out)?;
            } else if let Some(open) = self.literal_prefix() {
                self.literal(open, end, &mut out)?;
            } else {
                self.word(end, &mut out);
            }
        }
        Ok(out)
    }

    fn sees(&self, text: &str) -> bool {
        text.chars()
            .enumerate()
            .all(|(i, c)| self.stream.chars.get(self.pos + i) == Some(&c))
    }

    /// Index of the quote if a literal starts here: `'`, `"`, or a prefix such as X, N, NX, G, Z.
    fn literal_prefix(&self) -> Option<usize> {
        (0..=2)
            .map(|n| self.pos + n)
            .find(|i| matches!(self.stream.chars.get(*i), Some('\'' | '"')))
            .filter(|&quote| {
                let prefix = &self.stream.chars[self.pos..quote];
                let upper: String = prefix.iter().map(char::to_ascii_uppercase).collect();
                matches!(
                    upper.as_str(),
                    "" | "X" | "N" | "NX" | "G" | "Z" | "B" | "BX" | "H" | "U" | "UX"
                )
            })
    }

    fn literal(&mut self, open: usize, end: usize, out: &mut Vec<Token>) -> Result<(), Fault> {
        let chars = &self.stream.chars;
        let quote = chars[open];
        let mut i = open + 1;
        while i < end && chars[i] != '\n' {
            if chars[i] == quote {
                // A doubled quote stands for itself.
                if i + 1 < end && chars[i + 1] == quote {
                    i += 1;
                } else {
                    self.push(TokenKind::Literal, i + 1, out);
                    return Ok(());
                }
            }
            i += 1;
        }
        let at = self.stream.at(self.pos, i - self.pos);
        Err(Fault::expected(
            at,
            &format!("a closing {quote} on this line"),
            "the end of the line",
        ))
    }

    fn pseudo(&mut self, end: usize, out: &mut Vec<Token>) -> Result<(), Fault> {
        let (start, glued) = (self.pos, self.glued);
        let at = self.stream.at(start, 2);
        let chars = &self.stream.chars[start + 2..end];
        let Some(length) = chars.windows(2).position(|w| w == ['=', '=']) else {
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
            kind: TokenKind::Pseudo(inner),
            text: "==".into(),
            at,
            glued,
        });
        Ok(())
    }

    fn word(&mut self, end: usize, out: &mut Vec<Token>) {
        let chars = &self.stream.chars;
        let start = self.pos;
        let mut i = start + 1;
        while i < end && !blank(chars[i]) && !matches!(chars[i], '\'' | '"') {
            if chars[i] == '=' && chars.get(i + 1) == Some(&'=') {
                break;
            }
            i += 1;
        }
        let at_space = i == end || blank(chars[i]);
        let mut stop = i;
        if stop - start == 1 && matches!(chars[start], ',' | ';') {
            self.pos = stop;
            self.glued = false;
            return;
        }
        let separators: &[char] = if at_space { &['.', ',', ';'] } else { &[] };
        if separators.contains(&chars[stop - 1]) {
            stop -= 1;
        }
        if stop > start {
            self.push(TokenKind::Word, stop, out);
        }
        if stop < i {
            if chars[stop] == '.' {
                self.push(TokenKind::Period, i, out);
            }
            self.pos = i;
        }
    }

    fn push(&mut self, kind: TokenKind, stop: usize, out: &mut Vec<Token>) {
        let chars = &self.stream.chars[self.pos..stop];
        let mut text = String::with_capacity(chars.len());
        if kind == TokenKind::Word {
            text.extend(chars.iter().map(char::to_ascii_uppercase));
        } else {
            text.extend(chars);
        }
        let at = self.stream.at(self.pos, stop - self.pos);
        out.push(Token {
            kind,
            text,
            at,
            glued: self.glued,
        });
        self.pos = stop;
        self.glued = true;
    }
}
