//! The words of a directive.

use super::super::error::{At, Fault};
use super::super::source::Form;
use super::{Directive, Value};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// A name or keyword, in upper case.
    Name(String),
    Value(Value),
    /// An operator or a parenthesis.
    Symbol(&'static str),
}

/// A directive, read word by word.
#[derive(Debug)]
pub(super) struct Line {
    words: Vec<(Word, At)>,
    at: At,
    next: usize,
    /// What is wrong behind the words, where it matters: text that is left out may hold anything.
    fault: Option<Fault>,
    /// Micro Focus' form.
    pub(super) dollar: bool,
}

const SYMBOLS: [&str; 12] = [
    "<>", ">=", "<=", "=", ">", "<", "(", ")", "+", "-", "*", "/",
];

impl Line {
    pub(super) fn new(directive: &Directive) -> Line {
        let chars: Vec<char> = directive.text.chars().collect();
        let dollar = chars.first() == Some(&'$');
        let mut line = Line {
            words: Vec::new(),
            at: directive.at,
            next: 0,
            fault: None,
            dollar,
        };
        let mut pos = if dollar { 1 } else { 2 };
        while pos < chars.len() {
            if chars[pos].is_whitespace() || matches!(chars[pos], ',' | ';' | '.') {
                pos += 1;
                continue;
            }
            if chars[pos..].starts_with(&['*', '>']) {
                break;
            }
            match line.word(&chars, pos) {
                Ok((word, length)) => {
                    let at = line.place(pos, length);
                    line.words.push((word, at));
                    pos += length;
                }
                Err(fault) => {
                    line.fault = Some(fault);
                    break;
                }
            }
        }
        line
    }

    fn word(&self, chars: &[char], pos: usize) -> Result<(Word, usize), Fault> {
        let rest = &chars[pos..];
        let quote = usize::from(rest[0].eq_ignore_ascii_case(&'B'));
        if let Some(open @ ('\'' | '"')) = rest.get(quote) {
            let close = rest[quote + 1..].iter().position(|c| c == open);
            let Some(length) = close else {
                let at = self.place(pos, rest.len());
                return Err(Fault::expected(at, &format!("a closing {open}"), "none"));
            };
            let text: String = rest[quote + 1..quote + 1 + length].iter().collect();
            let value = match (quote, text.as_str()) {
                (0, _) => Value::Text(text),
                (_, "0") => Value::Boolean(false),
                (_, "1") => Value::Boolean(true),
                _ => {
                    let at = self.place(pos, length + 3);
                    return Err(Fault::expected(at, "B'0' or B'1'", "another literal"));
                }
            };
            return Ok((Word::Value(value), quote + length + 2));
        }
        if let Some(symbol) = SYMBOLS
            .iter()
            .find(|symbol| rest.iter().copied().take(symbol.len()).eq(symbol.chars()))
        {
            return Ok((Word::Symbol(symbol), symbol.len()));
        }
        let length = rest
            .iter()
            .position(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
            .unwrap_or(rest.len());
        let text: String = rest[..length]
            .iter()
            .map(char::to_ascii_uppercase)
            .collect();
        if text.is_empty() {
            let at = self.place(pos, 1);
            let found = format!("`{}`", rest[0]);
            return Err(Fault::expected(
                at,
                "a name, a literal or an operator",
                found,
            ));
        }
        let word = match text.parse() {
            Ok(number) => Word::Value(Value::Number(number)),
            Err(_) => Word::Name(text),
        };
        Ok((word, length))
    }

    fn place(&self, pos: usize, width: usize) -> At {
        self.at.part(pos, width)
    }

    /// The directive's own name.
    pub(super) fn name(&mut self) -> Result<String, Fault> {
        match self.take() {
            Some(Word::Name(name)) => Ok(name),
            _ => Err(Fault::expected(self.at, "the name of a directive", "none")),
        }
    }

    /// The directive as it is written: `>>IF`, `$SET`.
    pub(super) fn written(&self) -> String {
        let mark = if self.dollar { "$" } else { ">>" };
        match self.words.first() {
            Some((Word::Name(name), _)) => format!("{mark}{name}"),
            _ => mark.to_owned(),
        }
    }

    pub(super) fn peek(&self) -> Option<&Word> {
        self.words.get(self.next).map(|word| &word.0)
    }

    pub(super) fn peek_name(&self) -> Option<&str> {
        match self.peek() {
            Some(Word::Name(name)) => Some(name),
            _ => None,
        }
    }

    pub(super) fn take(&mut self) -> Option<Word> {
        let word = self.peek().cloned();
        self.next += usize::from(word.is_some());
        word
    }

    /// Takes the next word if it is that keyword.
    pub(super) fn accept(&mut self, keyword: &str) -> bool {
        let found = self.peek_name() == Some(keyword);
        self.next += usize::from(found);
        found
    }

    pub(super) fn accept_symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some(Word::Symbol(found)) if *found == symbol);
        self.next += usize::from(found);
        found
    }

    pub(super) fn position(&self) -> usize {
        self.next
    }

    pub(super) fn return_to(&mut self, position: usize) {
        self.next = position;
    }

    /// Where the next word is, or the directive itself behind the last one.
    pub(super) fn here(&self) -> At {
        self.words.get(self.next).map_or(self.at, |word| word.1)
    }

    pub(super) fn expected(&self, expected: &str) -> Fault {
        if let (None, Some(fault)) = (self.peek(), &self.fault) {
            return fault.clone();
        }
        let found = match self.peek() {
            None => "the end of the directive".to_owned(),
            Some(Word::Name(name)) => format!("`{name}`"),
            Some(Word::Value(value)) => format!("`{value}`"),
            Some(Word::Symbol(symbol)) => format!("`{symbol}`"),
        };
        let written = self.written();
        Fault::new(
            self.here(),
            format!("{written}: expected {expected}, found {found}"),
        )
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Result<(), Fault> {
        match (self.peek(), &self.fault) {
            (None, None) => Ok(()),
            _ => Err(self.expected("the end of the directive")),
        }
    }

    /// `[FORMAT] [IS] FREE`, behind SOURCE.
    pub(super) fn source(&mut self) -> Result<Form, Fault> {
        self.accept("FORMAT");
        self.accept("IS");
        self.form()
    }

    /// A reference format, with or without quotes or parentheses around it.
    pub(super) fn form(&mut self) -> Result<Form, Fault> {
        let parenthesis = self.accept_symbol("(");
        let word = match self.peek() {
            Some(Word::Name(name)) => name.clone(),
            Some(Word::Value(Value::Text(text))) => text.to_ascii_uppercase(),
            _ => String::new(),
        };
        let form = match word.as_str() {
            "FIXED" => Form::Fixed,
            "FREE" => Form::Free,
            "VARIABLE" => Form::Variable,
            _ => return Err(self.expected("FIXED, FREE or VARIABLE")),
        };
        self.next += 1;
        if parenthesis && !self.accept_symbol(")") {
            return Err(self.expected("a closing parenthesis"));
        }
        Ok(form)
    }
}
