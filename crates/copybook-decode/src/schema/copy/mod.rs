//! COPY and REPLACE: members from the folders a caller named, text replaced on the way.
//!
//! Language Reference, "COPY statement", "REPLACING phrase" and "REPLACE statement". A member never comes from
//! elsewhere: names hold no path, and a link that leads out of its folder is refused.

mod member;
mod replace;
mod statement;

use std::path::PathBuf;

use bumpalo::Bump;

use super::directive::Conditions;
use super::error::{At, Fault};
use super::lexer::{self, MAX_TOKENS, Token, TokenKind};
use super::options::{CopybookOptions, SourceFormat};
use super::source::{Part, Sources};
use member::Listings;
use replace::{Operand, Replacement};

/// Bounds on what hostile members cost: members in members, members in all.
const MAX_DEPTH: usize = 64;
const MAX_MEMBERS: usize = 4096;

/// Reads the tokens of a text, in a format of its own, with every directive and COPY carried out,
/// then what the caller replaces, then every REPLACE. The conditions are what is left of them.
/// The tokens' text is in `kept`.
pub(super) fn expand<'t>(
    sources: &mut Sources,
    file: usize,
    format: SourceFormat,
    options: &CopybookOptions,
    kept: &'t Bump,
) -> Result<(Vec<Token<'t>>, Conditions), Fault> {
    let given = given(sources, options, kept)?;
    let mut expander = Expander {
        sources,
        options,
        kept,
        open: Vec::new(),
        listings: Listings::default(),
        members: 0,
        conditions: Conditions::new(&options.define),
    };
    let text = expander.file(file, format)?;
    let conditions = expander.conditions;
    let text = replace::apply(text, &given, MAX_TOKENS, kept)?;
    Ok((statement::carry_out(text, kept)?, conditions))
}

/// What the caller replaces, as pseudo-text.
fn given<'t>(
    sources: &mut Sources,
    options: &CopybookOptions,
    kept: &'t Bump,
) -> Result<Vec<Replacement<'t>>, Fault> {
    let mut replacements = Vec::with_capacity(options.replace.len());
    for (from, to) in &options.replace {
        let mut operand = |text: &String| {
            let file = sources.add(Some(format!("--replace {from}={to}")), text)?;
            let mut reader = sources.reader(file, SourceFormat::Free);
            match sources.part(&mut reader, true)? {
                Part::Text(stream) => lexer::tokens(&stream, kept),
                Part::Directive(_) | Part::End => Ok(Vec::new()),
            }
        };
        let (from, to) = (operand(from)?, operand(to)?);
        let at = from.first().map(|token| token.at).unwrap_or_default();
        replacements.push(Replacement::new(None, from, to, at)?);
    }
    Ok(replacements)
}

struct Expander<'a, 't> {
    sources: &'a mut Sources,
    options: &'a CopybookOptions,
    /// Text of the tokens.
    kept: &'t Bump,
    /// Members being read, outermost first.
    open: Vec<PathBuf>,
    listings: Listings,
    members: usize,
    conditions: Conditions,
}

/// A COPY statement without its period.
struct Statement<'t> {
    name: Token<'t>,
    library: Option<Token<'t>>,
    replacing: Vec<Replacement<'t>>,
    at: At,
}

impl<'t> Expander<'_, 't> {
    fn file(&mut self, file: usize, format: SourceFormat) -> Result<Vec<Token<'t>>, Fault> {
        let mut reader = self.sources.reader(file, format);
        let depth = self.conditions.depth();
        let mut out = Vec::new();
        // A COPY whose period was not seen yet.
        let mut statement: Option<(At, Vec<Token<'t>>)> = None;
        loop {
            match self.sources.part(&mut reader, self.conditions.active())? {
                Part::Text(stream) => {
                    let tokens = lexer::tokens(&stream, self.kept)?;
                    self.copies(tokens, &mut statement, &mut out)?;
                }
                Part::Directive(directive) => {
                    if let Some(form) = self.conditions.carry_out(&directive)? {
                        reader.form = form;
                    }
                }
                Part::End => break,
            }
        }
        self.conditions.check_closed(depth)?;
        match statement {
            Some((at, _)) => Err(Fault::expected(at, "a period after COPY", "none")),
            None => Ok(out),
        }
    }

    /// Appends tokens, and what COPY among them brings in.
    fn copies(
        &mut self,
        tokens: Vec<Token<'t>>,
        statement: &mut Option<(At, Vec<Token<'t>>)>,
        out: &mut Vec<Token<'t>>,
    ) -> Result<(), Fault> {
        if out.is_empty() && statement.is_none() && !tokens.iter().any(|t| t.is_word("COPY")) {
            *out = tokens;
            return Ok(());
        }
        for token in tokens {
            let Some((at, words)) = statement else {
                if token.is_word("COPY") {
                    *statement = Some((token.at, Vec::new()));
                } else {
                    out.push(token);
                }
                continue;
            };
            if token.kind != TokenKind::Period {
                words.push(token);
                continue;
            }
            let (at, words) = (*at, std::mem::take(words));
            *statement = None;
            let copy = Statement::parse(&words, at)?;
            let text = self.member(&copy)?;
            out.extend(replace::apply(
                text,
                &copy.replacing,
                MAX_TOKENS,
                self.kept,
            )?);
            if out.len() > MAX_TOKENS {
                return Err(Fault::expected(
                    at,
                    &format!("at most {MAX_TOKENS} words"),
                    "more",
                ));
            }
        }
        Ok(())
    }

    fn member(&mut self, statement: &Statement<'t>) -> Result<Vec<Token<'t>>, Fault> {
        let (at, name) = (statement.name.at, statement.name.text);
        if self.options.copy_dirs.is_empty() {
            let message = format!(
                "COPY {name}: expected a folder to copy from, none was given; give it with --copy-dir"
            );
            return Err(Fault::new(statement.at, message));
        }
        self.members += 1;
        if self.members > MAX_MEMBERS || self.open.len() >= MAX_DEPTH {
            let expected = format!("at most {MAX_MEMBERS} members, {MAX_DEPTH} deep");
            return Err(Fault::expected(at, &expected, "more"));
        }
        let library = statement.library.map(|library| library.text);
        let found = member::find(&mut self.listings, &self.options.copy_dirs, name, library)
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
        let tokens = self.file(file, self.options.format)?;
        self.open.pop();
        Ok(tokens)
    }
}

impl<'t> Statement<'t> {
    /// `COPY name [OF|IN library] [SUPPRESS] [REPLACING {from BY to}...]`.
    fn parse(words: &[Token<'t>], at: At) -> Result<Self, Fault> {
        let (name, mut rest) = words
            .split_first()
            .ok_or_else(|| Fault::expected(at, "a member name after COPY", "a period"))?;
        let mut library = None;
        if let [of, name, after @ ..] = rest
            && (of.is_word("OF") || of.is_word("IN"))
        {
            library = Some(*name);
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
            name: *name,
            library,
            replacing,
            at,
        })
    }
}

fn replacements<'t>(mut rest: &[Token<'t>], at: At) -> Result<Vec<Replacement<'t>>, Fault> {
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
                return Err(Fault::expected(here, "BY after this operand", "none"));
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
fn operand<'t>(rest: &mut &[Token<'t>], at: At) -> Result<Operand<'t>, Fault> {
    let Some((first, mut after)) = rest.split_first() else {
        return Err(Fault::expected(at, "what to replace or put in", "a period"));
    };
    let mut tokens = match first.kind {
        TokenKind::Pseudo => first.inside.to_vec(),
        _ => vec![*first],
    };
    while let [of, name, more @ ..] = after
        && first.kind == TokenKind::Word
        && (of.is_word("OF") || of.is_word("IN"))
    {
        tokens.extend([*of, *name]);
        after = more;
    }
    *rest = after;
    Ok(tokens)
}
