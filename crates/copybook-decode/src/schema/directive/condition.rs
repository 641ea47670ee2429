//! Constant conditional expressions.
//!
//! Enterprise COBOL for z/OS Language Reference, "Compile-time arithmetic expressions" and
//! "Constant conditional expressions": relations between operands of one kind, `IS DEFINED`,
//! boolean names, joined by AND, OR, NOT and parentheses.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::super::error::Fault;
use super::Value;
use super::words::{Line, Word};

type Names = BTreeMap<String, Value>;

/// Parentheses that may be open at a time.
const MAX_DEPTH: usize = 32;

/// A condition that takes the rest of the directive.
pub(super) fn whole(line: &mut Line, names: &Names) -> Result<bool, Fault> {
    let value = any(line, names, 0)?;
    line.end()?;
    Ok(value)
}

/// An operand of EVALUATE, WHEN or DEFINE.
pub(super) fn operand(line: &mut Line, names: &Names) -> Result<Value, Fault> {
    sum(line, names, 0)
}

/// `WHEN operand [THRU operand]`.
pub(super) fn matches(line: &mut Line, names: &Names, subject: &Value) -> Result<bool, Fault> {
    let low = operand(line, names)?;
    let above = order(line, subject, &low)?;
    if !(line.accept("THRU") || line.accept("THROUGH")) {
        line.end()?;
        return Ok(above.is_eq());
    }
    let high = operand(line, names)?;
    let below = order(line, subject, &high)?;
    line.end()?;
    Ok(above.is_ge() && below.is_le())
}

fn any(line: &mut Line, names: &Names, depth: usize) -> Result<bool, Fault> {
    let mut value = all(line, names, depth)?;
    while line.accept("OR") {
        value |= all(line, names, depth)?;
    }
    Ok(value)
}

fn all(line: &mut Line, names: &Names, depth: usize) -> Result<bool, Fault> {
    let mut value = one(line, names, depth)?;
    while line.accept("AND") {
        value &= one(line, names, depth)?;
    }
    Ok(value)
}

fn one(line: &mut Line, names: &Names, depth: usize) -> Result<bool, Fault> {
    if depth > MAX_DEPTH {
        return Err(line.expected("fewer parentheses"));
    }
    if line.accept("NOT") {
        return Ok(!one(line, names, depth + 1)?);
    }
    if let Some(defined) = defined(line, names) {
        return Ok(defined);
    }
    // A parenthesis may hold a condition or the beginning of an arithmetic expression.
    let start = line.position();
    if line.accept_symbol("(") {
        let inner = any(line, names, depth + 1);
        if let Ok(value) = inner
            && line.accept_symbol(")")
            && !continues(line)
        {
            return Ok(value);
        }
        line.return_to(start);
    }
    let left = sum(line, names, depth + 1)?;
    relation(line, names, &left, depth)
}

/// Whether an arithmetic expression or a relation goes on here.
fn continues(line: &Line) -> bool {
    matches!(line.peek(), Some(Word::Symbol(symbol)) if *symbol != ")")
        || matches!(
            line.peek_name(),
            Some("IS" | "EQUAL" | "EQUALS" | "GREATER" | "LESS" | "NOT")
        )
}

/// `name [IS] [NOT] DEFINED`; the only place for a name without a value.
fn defined(line: &mut Line, names: &Names) -> Option<bool> {
    let start = line.position();
    if let Some(Word::Name(name)) = line.take() {
        line.accept("IS");
        let not = line.accept("NOT");
        if line.accept("DEFINED") || line.accept("SET") {
            return Some(names.contains_key(&name) != not);
        }
    }
    line.return_to(start);
    None
}

fn relation(line: &mut Line, names: &Names, left: &Value, depth: usize) -> Result<bool, Fault> {
    line.accept("IS");
    let not = line.accept("NOT");
    let Some(holds) = operator(line) else {
        return match left {
            Value::Boolean(value) if !not => Ok(*value),
            _ => Err(line.expected("DEFINED, or a comparison such as `= 1`")),
        };
    };
    let right = sum(line, names, depth + 1)?;
    let order = order(line, left, &right)?;
    Ok(holds(order) != not)
}

/// Whether two operands in that order stand in a relation.
type Relation = fn(Ordering) -> bool;

fn operator(line: &mut Line) -> Option<Relation> {
    let symbols: [(&str, Relation); 6] = [
        ("=", Ordering::is_eq),
        ("<>", Ordering::is_ne),
        (">=", Ordering::is_ge),
        ("<=", Ordering::is_le),
        (">", Ordering::is_gt),
        ("<", Ordering::is_lt),
    ];
    if let Some((_, holds)) = symbols
        .into_iter()
        .find(|(symbol, _)| line.accept_symbol(symbol))
    {
        return Some(holds);
    }
    let word = ["EQUAL", "EQUALS", "UNEQUAL", "GREATER", "LESS"]
        .into_iter()
        .find(|word| line.accept(word))?;
    line.accept("THAN");
    line.accept("TO");
    let start = line.position();
    let or_equal = line.accept("OR") && (line.accept("EQUAL") || line.accept_symbol("="));
    if or_equal {
        line.accept("TO");
    } else {
        line.return_to(start);
    }
    Some(match (word, or_equal) {
        ("GREATER", true) => Ordering::is_ge,
        ("GREATER", false) => Ordering::is_gt,
        ("LESS", true) => Ordering::is_le,
        ("LESS", false) => Ordering::is_lt,
        ("UNEQUAL", _) => Ordering::is_ne,
        _ => Ordering::is_eq,
    })
}

fn order(line: &Line, left: &Value, right: &Value) -> Result<Ordering, Fault> {
    left.compare(right).ok_or_else(|| {
        let message = format!("two values of one kind to compare, found {left} and {right}");
        Fault::new(
            line.here(),
            format!("{}: expected {message}", line.written()),
        )
    })
}

fn sum(line: &mut Line, names: &Names, depth: usize) -> Result<Value, Fault> {
    let mut value = product(line, names, depth)?;
    loop {
        let apply: fn(i128, i128) -> Option<i128> = if line.accept_symbol("+") {
            i128::checked_add
        } else if line.accept_symbol("-") {
            i128::checked_sub
        } else {
            return Ok(value);
        };
        let right = product(line, names, depth)?;
        value = arithmetic(line, &value, &right, apply)?;
    }
}

fn product(line: &mut Line, names: &Names, depth: usize) -> Result<Value, Fault> {
    let mut value = factor(line, names, depth)?;
    loop {
        let apply: fn(i128, i128) -> Option<i128> = if line.accept_symbol("*") {
            i128::checked_mul
        } else if line.accept_symbol("/") {
            // Language Reference: the result is cut to an integer.
            i128::checked_div
        } else {
            return Ok(value);
        };
        let right = factor(line, names, depth)?;
        value = arithmetic(line, &value, &right, apply)?;
    }
}

fn factor(line: &mut Line, names: &Names, depth: usize) -> Result<Value, Fault> {
    if depth > MAX_DEPTH {
        return Err(line.expected("fewer parentheses"));
    }
    if line.accept_symbol("(") {
        let value = sum(line, names, depth + 1)?;
        return match line.accept_symbol(")") {
            true => Ok(value),
            false => Err(line.expected("a closing parenthesis")),
        };
    }
    if line.accept_symbol("-") {
        let value = factor(line, names, depth + 1)?;
        return arithmetic(line, &Value::Number(0), &value, i128::checked_sub);
    }
    if line.accept_symbol("+") {
        return factor(line, names, depth + 1);
    }
    match line.peek().cloned() {
        Some(Word::Value(value)) => {
            line.take();
            Ok(value)
        }
        Some(Word::Name(name)) => match names.get(&name) {
            Some(value) => {
                line.take();
                Ok(value.clone())
            }
            None => Err(Fault::new(
                line.here(),
                format!(
                    "{}: {name} is not defined; give its value with --define {name}=VALUE",
                    line.written()
                ),
            )),
        },
        _ => Err(line.expected("a name or a literal")),
    }
}

fn arithmetic(
    line: &Line,
    left: &Value,
    right: &Value,
    apply: fn(i128, i128) -> Option<i128>,
) -> Result<Value, Fault> {
    let (Value::Number(left), Value::Number(right)) = (left, right) else {
        return Err(line.expected("arithmetic with integers only"));
    };
    apply(*left, *right)
        .map(Value::Number)
        .ok_or_else(|| line.expected("a result that is an integer of this size"))
}
