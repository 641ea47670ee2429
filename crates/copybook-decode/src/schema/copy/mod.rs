//! COPY and REPLACE: members from the folders a caller named, text replaced on the way.
//!
//! Language Reference, "COPY statement", "REPLACING phrase" and "REPLACE statement". A member never comes from
//! elsewhere: names hold no path, and a link that leads out of its folder is refused.

mod member;
mod replace;
mod statement;

use std::path::PathBuf;

use super::error::{At, Fault};
use super::lexer::{self, MAX_TOKENS, Token, TokenKind};
use super::options::CopybookOptions;
use super::source::Sources;
use replace::{Operand, Replacement};

/// Bounds on what hostile members cost: members in members, members in all.
const MAX_DEPTH: usize = 64;
const MAX_MEMBERS: usize = 4096;

/// Reads a text's tokens with every COPY carried out, then every REPLACE.
pub(super) fn expand(
    sources: &mut Sources,
    file: usize,
    options: &CopybookOptions,
) -> Result<Vec<Token>, Fault> {
    let mut expander = Expander {
        sources,
        options,
        open: Vec::new(),
        members: 0,
    };
    let text = expander.file(file)?;
    statement::carry_out(text)
}

struct Expander<'a> {
    sources: &'a mut Sources,
    options: &'a CopybookOptions,
    /// Members being read, outermost first.
    open: Vec<PathBuf>,
    members: usize,
}

/// A COPY statement without its period.
struct Statement {
    name: Token,
    library: Option<Token>,
    replacing: Vec<Replacement>,
    at: At,
}

impl Expander<'_> {
    fn file(&mut self, file: usize) -> Result<Vec<Token>, Fault> {
        let stream = self.sources.stream(file, self.options.format)?;
        let tokens = lexer::tokens(&stream)?;
        if !tokens.iter().any(|t| t.is_word("COPY")) {
            return Ok(tokens);
        }
        let mut out = Vec::with_capacity(tokens.len());
        let mut rest = tokens.into_iter();
        while let Some(token) = rest.next() {
            if !token.is_word("COPY") {
                out.push(token);
                continue;
            }
            let at = token.at;
            let mut words = Vec::new();
            loop {
                match rest.next() {
                    Some(t) if t.kind == TokenKind::Period => break,
                    Some(t) => words.push(t),
                    None => return Err(Fault::expected(at, "a period behind COPY", "none")),
                }
            }
            let statement = Statement::parse(&words, at)?;
            let text = self.member(&statement)?;
            out.extend(replace::apply(text, &statement.replacing, MAX_TOKENS)?);
            if out.len() > MAX_TOKENS {
                return Err(Fault::expected(
                    at,
                    &format!("at most {MAX_TOKENS} words"),
                    "more",
                ));
            }
        }
        Ok(out)
    }

    fn member(&mut self, statement: &Statement) -> Result<Vec<Token>, Fault> {
        let (at, name) = (statement.name.at, &statement.name.text);
        if self.options.copy_dirs.is_empty() {
            let message = format!("COPY {name}: expected a folder to copy from, none was given");
            return Err(Fault::new(statement.at, message));
        }
        self.members += 1;
        if self.members > MAX_MEMBERS || self.open.len() >= MAX_DEPTH {
            let expected = format!("at most {MAX_MEMBERS} members, {MAX_DEPTH} deep");
            return Err(Fault::expected(at, &expected, "more"));
        }
        let library = statement.library.as_ref().map(|l| l.text.as_str());
        let found = member::find(&self.options.copy_dirs, name, library)
            .map_err(|message| Fault::new(at, message))?;
        if self.open.contains(&found.path) {
            let message = format!(
                "member {} copies itself (through {} members)",
                found.name,
                self.open.len()
            );
            return Err(Fault::new(at, message));
        }
        let text = member::read(&found).map_err(|message| Fault::new(at, message))?;
        let file = self.sources.add(Some(found.name), &text)?;
        self.open.push(found.path);
        let tokens = self.file(file)?;
        self.open.pop();
        Ok(tokens)
    }
}

impl Statement {
    /// `COPY name [OF|IN library] [SUPPRESS] [REPLACING {from BY to}...]`.
    fn parse(words: &[Token], at: At) -> Result<Self, Fault> {
        let (name, mut rest) = words
            .split_first()
            .ok_or_else(|| Fault::expected(at, "a member name behind COPY", "a period"))?;
        let mut library = None;
        if let [of, name, after @ ..] = rest
            && (of.is_word("OF") || of.is_word("IN"))
        {
            library = Some(name.clone());
            rest = after;
        }
        if let [word, after @ ..] = rest
            && word.is_word("SUPPRESS")
        {
            rest = after;
        }
        let replacing = match rest {
            [] => Vec::new(),
            [word, after @ ..] if word.is_word("REPLACING") => replacements(after, word.at)?,
            [word, ..] => {
                let found = format!("`{}`", word.text);
                return Err(Fault::expected(
                    word.at,
                    "OF, SUPPRESS, REPLACING or a period",
                    found,
                ));
            }
        };
        Ok(Self {
            name: name.clone(),
            library,
            replacing,
            at,
        })
    }
}

fn replacements(mut rest: &[Token], at: At) -> Result<Vec<Replacement>, Fault> {
    let mut out = Vec::new();
    while !rest.is_empty() {
        let here = rest[0].at;
        let mut part = None;
        if rest[0].is_word("LEADING") || rest[0].is_word("TRAILING") {
            part = Some(rest[0].is_word("LEADING"));
            rest = &rest[1..];
        }
        let from = operand(&mut rest, here)?;
        match rest {
            [by, after @ ..] if by.is_word("BY") => rest = after,
            _ => {
                return Err(Fault::expected(here, "BY behind this operand", "none"));
            }
        }
        let to = operand(&mut rest, here)?;
        out.push(Replacement::new(part, from, to, here)?);
    }
    if out.is_empty() {
        return Err(Fault::expected(
            at,
            "what to replace, and BY what",
            "a period",
        ));
    }
    Ok(out)
}

/// Pseudo-text, a literal, or a word with its qualifiers.
fn operand(rest: &mut &[Token], at: At) -> Result<Operand, Fault> {
    let Some((first, mut after)) = rest.split_first() else {
        return Err(Fault::expected(at, "what to replace or put in", "a period"));
    };
    let mut tokens = match &first.kind {
        TokenKind::Pseudo(inner) => inner.clone(),
        _ => vec![first.clone()],
    };
    while let [of, name, more @ ..] = after
        && first.kind == TokenKind::Word
        && (of.is_word("OF") || of.is_word("IN"))
    {
        tokens.extend([of.clone(), name.clone()]);
        after = more;
    }
    *rest = after;
    Ok(tokens)
}
