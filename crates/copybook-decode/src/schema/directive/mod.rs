//! Conditional compilation: which lines of a copybook a compiler would see.
//!
//! Directives of ISO/IEC 1989 ("Compiler directives") and of the Enterprise COBOL for z/OS Language
//! Reference ("Compiler directives": DEFINE, IF, EVALUATE), and those of Micro Focus (`$IF`,
//! `$SET CONSTANT`). A directive that changes the text is carried out or refused by name; those
//! that only steer listings, checks and calls are passed over.

mod condition;
mod define;
mod value;
mod words;

use std::collections::BTreeMap;

use super::error::{At, Fault};
use super::source::Form;
pub(super) use value::Value;
use words::Line;

/// A directive's line, from `>>` or `$` on.
#[derive(Debug, Clone)]
pub(super) struct Directive {
    pub(super) at: At,
    pub(super) text: String,
}

/// What the directives so far have said.
#[derive(Debug)]
pub(super) struct Conditions {
    /// Names with a value, from the caller or from DEFINE.
    defined: BTreeMap<String, Value>,
    /// What the caller gave, for `AS PARAMETER`.
    given: BTreeMap<String, Value>,
    /// Conditions that are open, outermost first.
    open: Vec<Branch>,
}

/// An IF or EVALUATE whose end was not seen yet.
#[derive(Debug)]
struct Branch {
    at: At,
    /// As written, for messages.
    name: String,
    /// What WHEN is compared with; none for IF.
    subject: Option<Subject>,
    /// A branch of it was taken already, so no other one is.
    taken: bool,
    /// The current branch is taken.
    active: bool,
    /// ELSE or WHEN OTHER was seen.
    last: bool,
}

#[derive(Debug)]
enum Subject {
    True,
    Value(Value),
    /// Of an EVALUATE in text that is left out.
    Unread,
}

/// Directives that say nothing about data descriptions.
const HARMLESS: &[&str] = &[
    "CALL-CONVENTION",
    "CALLINTERFACE",
    "CALLINT",
    "D",
    "DATA",
    "DISPLAY",
    "EJECT",
    "FLAG-02",
    "FLAG-14",
    "FLAG-85",
    "INLINE",
    "JAVA-CALLABLE",
    "JAVA-SHAREABLE",
    "LEAP-SECOND",
    "LISTING",
    "LIST",
    "NOLIST",
    "PAGE",
    "PROPAGATE",
    "REF-MOD-ZERO-LENGTH",
    "REGION",
    "END-REGION",
    "TITLE",
    "TURN",
    "XFD",
];

impl Conditions {
    pub(super) fn new(given: &BTreeMap<String, String>) -> Conditions {
        let given: BTreeMap<String, Value> = given
            .iter()
            .map(|(name, value)| (name.to_ascii_uppercase(), Value::given(value)))
            .collect();
        Conditions {
            defined: given.clone(),
            given,
            open: Vec::new(),
        }
    }

    /// Whether the text here is compiled.
    pub(super) fn active(&self) -> bool {
        self.open.last().is_none_or(|branch| branch.active)
    }

    /// How many conditions are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The names that have a value at the end.
    pub(super) fn defined(&self) -> &BTreeMap<String, Value> {
        &self.defined
    }

    /// A condition must end in the file where it began.
    pub(super) fn check_closed(&self, depth: usize) -> Result<(), Fault> {
        match self.open.get(depth) {
            Some(branch) => {
                let expected = format!("the end of {} in the same file", branch.name);
                Err(Fault::expected(branch.at, &expected, "none"))
            }
            None => Ok(()),
        }
    }

    /// Carries a directive out; the reference format that it asks for, if it does.
    pub(super) fn carry_out(&mut self, directive: &Directive) -> Result<Option<Form>, Fault> {
        let mut line = Line::new(directive);
        let name = line.name()?;
        match name.as_str() {
            "IF" => self.begin_if(directive, &mut line).map(|()| None),
            "ELSE" => self.otherwise(directive, &line).map(|()| None),
            "ELSE-IF" | "ELIF" | "ELSEIF" => self.else_if(directive, &mut line).map(|()| None),
            "END-IF" => self.end(directive, false).map(|()| None),
            "EVALUATE" => self.begin_evaluate(directive, &mut line).map(|()| None),
            "WHEN" => self.when(directive, &mut line).map(|()| None),
            "END-EVALUATE" => self.end(directive, true).map(|()| None),
            // Micro Focus ends both with one word.
            "END" if line.dollar => {
                let evaluate = self.open.last().is_some_and(|b| b.subject.is_some());
                self.end(directive, evaluate).map(|()| None)
            }
            _ if !self.active() => Ok(None),
            "DEFINE" => self.define(&mut line).map(|()| None),
            "SET" => self.set(&mut line),
            "SOURCE" => line.source().map(Some),
            harmless if HARMLESS.contains(&harmless) => Ok(None),
            _ => Err(unsupported(directive, &line)),
        }
    }

    fn begin_if(&mut self, directive: &Directive, line: &mut Line) -> Result<(), Fault> {
        let outer = self.active();
        let active = outer && condition::whole(line, &self.defined)?;
        self.open.push(Branch {
            at: directive.at,
            name: line.written(),
            subject: None,
            // In text that is left out, no branch is ever taken.
            taken: active || !outer,
            active,
            last: false,
        });
        Ok(())
    }

    fn else_if(&mut self, directive: &Directive, line: &mut Line) -> Result<(), Fault> {
        let taken = self.branch(directive, line, false)?.taken;
        let active = !taken && condition::whole(line, &self.defined)?;
        self.choose(active);
        Ok(())
    }

    fn otherwise(&mut self, directive: &Directive, line: &Line) -> Result<(), Fault> {
        line.end()?;
        let branch = self.branch(directive, line, false)?;
        branch.last = true;
        let active = !branch.taken;
        self.choose(active);
        Ok(())
    }

    fn begin_evaluate(&mut self, directive: &Directive, line: &mut Line) -> Result<(), Fault> {
        let outer = self.active();
        let subject = if !outer {
            Subject::Unread
        } else if line.accept("TRUE") {
            line.end()?;
            Subject::True
        } else {
            let value = condition::operand(line, &self.defined)?;
            line.end()?;
            Subject::Value(value)
        };
        self.open.push(Branch {
            at: directive.at,
            name: line.written(),
            subject: Some(subject),
            taken: !outer,
            active: false,
            last: false,
        });
        Ok(())
    }

    fn when(&mut self, directive: &Directive, line: &mut Line) -> Result<(), Fault> {
        let branch = self.branch(directive, line, true)?;
        if line.accept("OTHER") {
            branch.last = true;
            let active = !branch.taken;
            line.end()?;
            self.choose(active);
            return Ok(());
        }
        let active = match &branch.subject {
            _ if branch.taken => false,
            Some(Subject::True) => condition::whole(line, &self.defined)?,
            Some(Subject::Value(value)) => {
                let value = value.clone();
                condition::matches(line, &self.defined, &value)?
            }
            _ => false,
        };
        self.choose(active);
        Ok(())
    }

    fn end(&mut self, directive: &Directive, evaluate: bool) -> Result<(), Fault> {
        let line = Line::new(directive);
        let matches = |branch: &Branch| branch.subject.is_some() == evaluate;
        if self.open.pop_if(|branch| matches(branch)).is_some() {
            return Ok(());
        }
        Err(self.out_of_place(directive, &line, evaluate))
    }

    /// The innermost condition, if another branch of that kind may follow.
    fn branch(
        &mut self,
        directive: &Directive,
        line: &Line,
        evaluate: bool,
    ) -> Result<&mut Branch, Fault> {
        let fits = self
            .open
            .last()
            .is_some_and(|branch| branch.subject.is_some() == evaluate && !branch.last);
        if !fits {
            return Err(self.out_of_place(directive, line, evaluate));
        }
        // It is there: it fits.
        self.open
            .last_mut()
            .ok_or_else(|| Fault::expected(directive.at, "an open condition", "none"))
    }

    fn out_of_place(&self, directive: &Directive, line: &Line, evaluate: bool) -> Fault {
        let opens = if evaluate { "EVALUATE" } else { "IF" };
        let expected = format!("an open {opens} before {}", line.written());
        match self.open.last() {
            Some(branch) => {
                let found = format!("{} of line {}", branch.name, branch.at.line());
                Fault::expected(directive.at, &expected, found)
            }
            None => Fault::expected(directive.at, &expected, "none"),
        }
    }

    fn choose(&mut self, active: bool) {
        if let Some(branch) = self.open.last_mut() {
            branch.active = active;
            branch.taken |= active;
        }
    }
}

fn unsupported(directive: &Directive, line: &Line) -> Fault {
    Fault::new(
        directive.at,
        format!(
            "the directive {} is not supported: it may change the text; take it out if it does \
             not concern the records",
            line.written()
        ),
    )
}
