//! The REPLACING phrase: sequences of text words against sequences of text words.
//!
//! A colon and a parenthesis are text words of their own, so `==:TAG:==` is found in
//! `:TAG:-NAME`; what stood without a space between stays together.

use std::collections::HashMap;

use bumpalo::Bump;

use super::super::error::{At, Fault};
use super::super::lexer::{Token, TokenKind};

pub(super) type Operand<'t> = Vec<Token<'t>>;

/// `from BY to`.
#[derive(Debug)]
pub(super) struct Replacement<'t> {
    /// `Some(true)` for LEADING, `Some(false)` for TRAILING: part of a word.
    part: Option<bool>,
    from: Vec<Token<'t>>,
    to: Vec<Token<'t>>,
}

impl<'t> Replacement<'t> {
    pub(super) fn new(
        part: Option<bool>,
        from: Operand<'t>,
        to: Operand<'t>,
        at: At,
    ) -> Result<Self, Fault> {
        if from.is_empty() {
            return Err(Fault::expected(
                at,
                "a word between the `==` to be replaced",
                "none",
            ));
        }
        let one_word =
            |tokens: &[Token<'_>]| tokens.len() == 1 && tokens[0].kind == TokenKind::Word;
        if part.is_some() && !(one_word(&from) && (to.is_empty() || one_word(&to))) {
            return Err(Fault::expected(
                at,
                "one word on each side of BY with LEADING or TRAILING",
                "other text",
            ));
        }
        // Part of a word is compared as letters, not as words.
        let split = |tokens: Vec<Token<'t>>| {
            if part.is_some() {
                tokens
            } else {
                explode(tokens)
            }
        };
        Ok(Self {
            part,
            from: split(from),
            to: split(to),
        })
    }

    /// Tokens that this replaces at the start of `text`, and what stands for them.
    fn matches(&self, text: &[Token<'t>], kept: &'t Bump) -> Option<(usize, Vec<Token<'t>>)> {
        let Some(leading) = self.part else {
            let same = text.len() >= self.from.len()
                && self
                    .from
                    .iter()
                    .zip(text)
                    .all(|(f, t)| f.kind == t.kind && f.text == t.text);
            return same.then(|| (self.from.len(), self.to.clone()));
        };
        let word = text.first().filter(|t| t.kind == TokenKind::Word)?;
        let from = self.from.first().map_or("", |f| f.text);
        let to = self.to.first().map_or("", |t| t.text);
        let changed = if leading {
            format!("{to}{}", word.text.strip_prefix(from)?)
        } else {
            format!("{}{to}", word.text.strip_suffix(from)?)
        };
        let token = Token {
            text: kept.alloc_str(&changed),
            ..*word
        };
        Some((
            1,
            if token.text.is_empty() {
                Vec::new()
            } else {
                vec![token]
            },
        ))
    }
}

/// Comparisons that one REPLACING may take: two hundred rules over a hundred thousand words take a
/// fifth.
const MAX_WORK: usize = 100_000_000;

/// Replacements by their first word: there may be thousands, of which few can fit.
struct Rules<'a, 't> {
    all: &'a [Replacement<'t>],
    by_first: HashMap<&'a str, Vec<usize>>,
    /// Those of LEADING and TRAILING.
    parts: Vec<usize>,
}

impl<'a, 't> Rules<'a, 't> {
    fn new(all: &'a [Replacement<'t>]) -> Self {
        let (mut by_first, mut parts) = (HashMap::new(), Vec::new());
        for (index, rule) in all.iter().enumerate() {
            match (&rule.part, rule.from.first()) {
                (None, Some(first)) => {
                    let same: &mut Vec<usize> = by_first.entry(first.text).or_default();
                    same.push(index);
                }
                _ => parts.push(index),
            }
        }
        Self {
            all,
            by_first,
            parts,
        }
    }

    /// What the first rule that fits makes of the start of `text`; counts the words it compared.
    fn first(
        &self,
        text: &[Token<'t>],
        work: &mut usize,
        kept: &'t Bump,
    ) -> Option<(usize, Vec<Token<'t>>)> {
        let first = text.first()?;
        let own = self.by_first.get(first.text);
        let (mut own, mut parts) = (
            own.map_or(&[][..], Vec::as_slice).iter().peekable(),
            self.parts.iter().peekable(),
        );
        loop {
            let next = match (own.peek(), parts.peek()) {
                (Some(one), Some(other)) if other < one => parts.next(),
                (Some(_), _) => own.next(),
                (None, _) => parts.next(),
            };
            let rule = &self.all[*next?];
            *work += rule.from.len();
            if let Some(found) = rule.matches(text, kept) {
                return Some(found);
            }
        }
    }
}

/// Carries the replacements out, each word once, the first that fits.
pub(super) fn apply<'t>(
    text: Vec<Token<'t>>,
    replacements: &[Replacement<'t>],
    limit: usize,
    kept: &'t Bump,
) -> Result<Vec<Token<'t>>, Fault> {
    if replacements.is_empty() {
        return Ok(text);
    }
    let whole_words = replacements.iter().all(|r| r.part.is_some());
    let mut text = if whole_words { text } else { explode(text) };
    let mut out: Vec<Token<'t>> = Vec::with_capacity(text.len());
    let mut size = 0;
    let mut i = 0;
    let rules = Rules::new(replacements);
    let mut work = 0;
    while i < text.len() {
        let found = rules.first(&text[i..], &mut work, kept);
        if work > MAX_WORK {
            let expected = format!(
                "at most {MAX_WORK} comparisons of replacements with words, so fewer replacements"
            );
            return Err(Fault::expected(text[i].at, &expected, "more"));
        }
        let (taken, mut new) = found.unwrap_or_else(|| (1, vec![text[i]]));
        let glued = text[i].glued;
        if let Some(first) = new.first_mut() {
            first.glued = glued;
        }
        // Nothing in place of something: the next word is as near as the removed one was.
        let gap = new.is_empty() && !glued;
        size += new.iter().map(|t| t.text.len() / 64 + 1).sum::<usize>();
        if size > limit {
            let expected = format!("at most {limit} words after REPLACING");
            return Err(Fault::expected(text[i].at, &expected, "more"));
        }
        out.append(&mut new);
        i += taken;
        if gap && let Some(next) = text.get_mut(i) {
            next.glued = false;
        }
    }
    Ok(join(&out, kept))
}

/// Splits words at colons and parentheses.
fn explode(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut out = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.kind != TokenKind::Word || !token.text.contains([':', '(', ')']) {
            out.push(token);
            continue;
        }
        let mut offset = 0;
        let mut glued = token.glued;
        for piece in token.text.split_inclusive([':', '(', ')']) {
            let (head, tail) = match piece.strip_suffix([':', '(', ')']) {
                Some(head) => (head, &piece[head.len()..]),
                None => (piece, ""),
            };
            for text in [head, tail].into_iter().filter(|t| !t.is_empty()) {
                let width = text.chars().count();
                let at = token.at.part(offset, width);
                out.push(Token {
                    kind: TokenKind::Word,
                    text,
                    inside: &[],
                    at,
                    glued,
                });
                offset += width;
                glued = true;
            }
        }
    }
    out
}

/// Puts words without a space between together again.
fn join<'t>(tokens: &[Token<'t>], kept: &'t Bump) -> Vec<Token<'t>> {
    let word = |token: &Token<'_>| token.kind == TokenKind::Word;
    let together = |one: &Token<'_>, next: &Token<'_>| next.glued && word(one) && word(next);
    let joined = |words: &[Token<'t>]| {
        let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
        let places = words.iter().map(|word| word.at);
        Token {
            text: kept.alloc_str(&texts.concat()),
            at: places.reduce(At::with).unwrap_or_default(),
            ..words[0]
        }
    };
    let words = tokens.chunk_by(together);
    words
        .map(|words| match words {
            [one] => *one,
            several => joined(several),
        })
        .collect()
}
