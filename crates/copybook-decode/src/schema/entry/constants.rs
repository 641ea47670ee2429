//! Named constants: level 78 (Micro Focus, ACUCOBOL, GnuCOBOL) and CONSTANT (ISO/IEC 1989,
//! "Constant entry").
//!
//! They have no bytes; where a copybook uses one, its value takes its place.

use std::borrow::Cow;
use std::collections::BTreeMap;

use compact_str::CompactString;

use super::super::directive::Value;
use super::super::error::{At, Fault};
use super::super::lexer::TokenKind;
use super::Cursor;
use super::values::is_value;

/// Names with their values; what is no integer counts nothing and is kept as `None`.
pub(super) type Constants = BTreeMap<CompactString, Option<i128>>;

/// The names of conditional compilation, which `CONSTANT FROM` takes over.
pub(super) fn of_defined(defined: &BTreeMap<String, Value>) -> Constants {
    let number = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        Value::Text(_) | Value::Boolean(_) => None,
    };
    defined
        .iter()
        .map(|(name, value)| (name.into(), number(value)))
        .collect()
}

impl Cursor<'_> {
    /// A constant's entry, if one starts here.
    pub(super) fn constant(&mut self) -> Result<bool, Fault> {
        let word = |n: usize| self.tokens.get(self.pos + n).map_or("", |t| t.text);
        let iso = matches!(word(0), "1" | "01") && word(2) == "CONSTANT";
        if word(0) != "78" && !iso {
            return Ok(false);
        }
        self.pos += 1;
        let at = self.here();
        let name = self.data_name("the name of a constant")?;
        let value = if iso { self.iso()? } else { self.level_78()? };
        if !self.peek().is_some_and(|t| t.kind == TokenKind::Period) {
            return Err(self.expected("a period at the end of the constant"));
        }
        self.pos += 1;
        match self.constants.insert(name.clone(), value) {
            Some(old) if old != value => {
                let expected = format!("one value of the constant {name}");
                Err(Fault::expected(at, &expected, "a second one"))
            }
            _ => Ok(true),
        }
    }

    /// `CONSTANT [IS] [GLOBAL] {[AS] value | FROM name}`.
    fn iso(&mut self) -> Result<Option<i128>, Fault> {
        self.pos += 1;
        self.accept(&["IS"]);
        self.accept(&["GLOBAL"]);
        if self.accept(&["FROM"]) {
            let name = self.peek_word().unwrap_or_default();
            let Some(value) = self.defined.get(name) else {
                return Err(self.expected("a name that >>DEFINE or --define gives a value"));
            };
            self.pos += 1;
            return Ok(*value);
        }
        self.accept(&["AS", "VALUE"]);
        self.accept(&["IS"]);
        self.constant_value()
    }

    fn level_78(&mut self) -> Result<Option<i128>, Fault> {
        if !self.accept(&["VALUE"]) {
            return Err(self.expected("VALUE after the name of a constant"));
        }
        self.accept(&["IS"]);
        self.constant_value()
    }

    /// A literal or an expression of integers.
    fn constant_value(&mut self) -> Result<Option<i128>, Fault> {
        if let Some(word @ ("LENGTH" | "BYTE-LENGTH" | "NEXT" | "START")) = self.peek_word() {
            let message = format!(
                "a constant from {word} is not supported: write the number that it has in the \
                 program"
            );
            return Err(Fault::new(self.here(), message));
        }
        if self.number().is_none() && self.peek().is_some_and(is_value) {
            let skipped = &mut CompactString::default();
            self.literal(skipped, "a literal or an expression of integers")?;
            return Ok(None);
        }
        self.expression().map(Some)
    }

    /// From the left to the right, as level 78 has it; where the usual order of operations gives
    /// another number, nobody knows which one is meant.
    fn expression(&mut self) -> Result<i128, Fault> {
        let at = self.here();
        let mut terms = vec![self.term()?];
        let mut value = terms[0];
        while let Some(operator @ ("+" | "-" | "*" | "/")) = self.peek_word() {
            self.pos += 1;
            let right = self.term()?;
            value = self.combine(at, operator, value, right)?;
            match operator {
                "+" => terms.push(right),
                "-" => terms.push(-right),
                _ => {
                    let last = terms.pop().unwrap_or(0);
                    terms.push(self.combine(at, operator, last, right)?);
                }
            }
        }
        let usual: i128 = terms.iter().sum();
        if usual == value {
            return Ok(value);
        }
        let message = format!(
            "this expression is {value} from left to right and {usual} with products first: write \
             the number that is meant"
        );
        Err(Fault::new(at, message))
    }

    fn combine(&self, at: At, operator: &str, a: i128, b: i128) -> Result<i128, Fault> {
        let result = match operator {
            "+" => a.checked_add(b),
            "-" => a.checked_sub(b),
            "*" => a.checked_mul(b),
            _ => a.checked_div(b),
        };
        result
            .filter(|n| n.unsigned_abs() < 1 << 100)
            .ok_or_else(|| {
                Fault::expected(at, "an expression with a value of this size", "another")
            })
    }

    fn term(&mut self) -> Result<i128, Fault> {
        let value = self
            .number()
            .ok_or_else(|| self.expected("an integer or a constant that is one"))?;
        self.pos += 1;
        Ok(value)
    }

    /// The integer that the next word is or stands for.
    pub(super) fn number(&self) -> Option<i128> {
        let word = self.peek_word()?;
        match word.parse::<i64>() {
            Ok(number) => Some(i128::from(number)),
            Err(_) => self.constants.get(word).copied().flatten(),
        }
    }

    /// A picture with the numbers of constants in its parentheses: `X(N)`.
    pub(super) fn counted<'p>(&self, picture: &'p str) -> Cow<'p, str> {
        if self.constants.is_empty() {
            return picture.into();
        }
        let mut out = String::with_capacity(picture.len());
        let mut rest = picture;
        while let Some((before, behind)) = rest.split_once('(') {
            out.push_str(before);
            out.push('(');
            rest = behind;
            let Some((name, after)) = behind.split_once(')') else {
                break;
            };
            match self.constants.get(name) {
                Some(Some(number)) => out.push_str(&number.to_string()),
                _ => out.push_str(name),
            }
            out.push(')');
            rest = after;
        }
        out.push_str(rest);
        out.into()
    }
}
