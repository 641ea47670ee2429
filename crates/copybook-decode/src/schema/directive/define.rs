//! `>>DEFINE` and `$SET`: names, and choices of the compiler that change the text.

use super::super::error::Fault;
use super::super::source::Form;
use super::words::{Line, Word};
use super::{Conditions, Value, condition};

/// Settings of `$SET` that change neither words nor storage, without the NO before them.
const HARMLESS: &[&str] = &[
    "ANIM",
    "ANS85",
    "BOUND",
    "CHECKDIV",
    "COBIDY",
    "CONFIRM",
    "ERRLIST",
    "FLAG",
    "GNT",
    "IBMCOMP",
    "ILUSING",
    "INFORETURN",
    "INITCALL",
    "INT",
    "LINKCOUNT",
    "LIST",
    "MF",
    "OPT",
    "OSVS",
    "PERFORM",
    "PROFILE",
    "QUAL",
    "REF",
    "TITLE",
    "TRACE",
    "TRUNC",
    "VSC2",
    "WARNING",
    "WARNINGS",
    "XREF",
];

impl Conditions {
    /// `DEFINE [CONSTANT] name [AS] {value | PARAMETER | OFF} [OVERRIDE]`.
    pub(super) fn define(&mut self, line: &mut Line) -> Result<(), Fault> {
        line.accept("CONSTANT");
        let at = line.here();
        let name = self.new_name(line)?;
        line.accept("AS");
        let value = if line.accept("OFF") {
            None
        } else if line.accept("PARAMETER") {
            self.given.get(&name).cloned()
        } else if line.peek().is_none() || line.peek_name() == Some("OVERRIDE") {
            Some(Value::Boolean(true))
        } else {
            Some(condition::operand(line, &self.defined)?)
        };
        let replaces = line.accept("OVERRIDE");
        line.end()?;
        match (value, self.defined.get(&name)) {
            (Some(value), Some(old)) if !replaces && *old != value => {
                let expected = format!("OVERRIDE to define {name} anew, which is {old} already");
                return Err(Fault::expected(at, &expected, "none"));
            }
            (Some(value), _) => {
                self.defined.insert(name, value);
            }
            (None, _) => {
                self.defined.remove(&name);
            }
        }
        Ok(())
    }

    /// `$SET setting...`, each with a parameter in quotes or parentheses or without.
    pub(super) fn set(&mut self, line: &mut Line) -> Result<Option<Form>, Fault> {
        let mut form = None;
        while line.peek().is_some() {
            let at = line.here();
            if line.accept("CONSTANT") {
                let name = self.new_name(line)?;
                let parenthesis = line.accept_symbol("(");
                let value = condition::operand(line, &self.defined)?;
                if parenthesis && !line.accept_symbol(")") {
                    return Err(line.expected("a closing parenthesis"));
                }
                self.defined.insert(name, value);
            } else if line.accept("SOURCEFORMAT") {
                form = Some(line.form()?);
            } else {
                let Some(setting) = line.peek_name().map(str::to_owned) else {
                    return Err(line.expected("the name of a setting"));
                };
                let harmless = HARMLESS.contains(&setting.as_str())
                    || setting
                        .strip_prefix("NO")
                        .is_some_and(|name| name != "IBMCOMP" && HARMLESS.contains(&name));
                if !harmless {
                    let message = format!(
                        "the setting {setting} of $SET is not supported: it may change words or \
                         storage; take it out if it does not concern the records"
                    );
                    return Err(Fault::new(at, message));
                }
                line.take();
                parameter(line);
            }
        }
        Ok(form)
    }

    fn new_name(&self, line: &mut Line) -> Result<String, Fault> {
        match line.peek().cloned() {
            Some(Word::Name(name)) => {
                line.take();
                Ok(name)
            }
            _ => Err(line.expected("a name to define")),
        }
    }
}

/// Passes over `"..."` or `(...)`.
fn parameter(line: &mut Line) {
    if line.accept_symbol("(") {
        while line.peek().is_some() && !line.accept_symbol(")") {
            line.take();
        }
    } else if matches!(line.peek(), Some(Word::Value(_))) {
        line.take();
    }
}
