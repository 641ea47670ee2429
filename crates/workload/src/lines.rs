//! Values to the JSON Lines that a right decoder prints, by the rules in the decoder's
//! documentation but with none of its code.

use copybook_decode::decode::{BlankNumbers, Decimals, Fillers, Groups, Names, Trim};

use crate::model::{Description, FILLER, Fill, Item, Kind, Node, Occurs};
use crate::value::{Blank, Value};

/// The choices that change how a value is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Quoted or bare numbers.
    pub decimals: Decimals,
    /// Spaces of text.
    pub trim: Trim,
    /// Nested or flat groups.
    pub groups: Groups,
    /// Keys.
    pub names: Names,
    /// Items that are printed, with everything in them; all if none is named.
    pub only: &'static [&'static str],
    /// Items without a name.
    pub fillers: Fillers,
    /// Numbers that no program filled.
    pub blanks: BlankNumbers,
}

impl Style {
    /// How an item and what is in it are printed; not at all, if nothing of it is asked for.
    fn of(self, item: &Item) -> Option<Style> {
        let asked = |name: &str| self.only.contains(&name);
        if self.only.is_empty() || (item.name != FILLER && asked(&item.name)) {
            return Some(Style { only: &[], ..self });
        }
        match &item.node {
            Node::Group(children) if children.iter().any(|child| self.of(child).is_some()) => {
                Some(self)
            }
            _ => None,
        }
    }
}

/// Appends the line of one record, with line feed.
pub fn record(description: &Description, values: &[Value], style: Style, out: &mut String) {
    object(&description.items, values, style, out);
    out.push('\n');
}

fn object(items: &[Item], values: &[Value], style: Style, out: &mut String) {
    out.push('{');
    members(items, values, style, &mut Object::default(), out);
    out.push('}');
}

/// What is in an object so far.
#[derive(Default)]
struct Object {
    members: usize,
    fillers: usize,
}

fn members(items: &[Item], values: &[Value], style: Style, object: &mut Object, out: &mut String) {
    for (item, value) in items.iter().zip(values) {
        let filler = item.name == FILLER && matches!(item.node, Node::Field(_));
        object.fillers += usize::from(filler);
        let Some(style) = style.of(item) else {
            continue;
        };
        let dissolved = item.name == FILLER || style.groups == Groups::Flat;
        if let (Node::Group(children), Occurs::Once, Value::Group(values), true) =
            (&item.node, &item.occurs, value, dissolved)
        {
            members(children, values, style, object, out);
            continue;
        }
        let kept = filler && style.fillers == Fillers::Keep;
        if item.name == FILLER && !kept {
            continue;
        }
        if object.members > 0 {
            out.push(',');
        }
        object.members += 1;
        match object.fillers {
            number @ 2.. if kept => key(&format!("{FILLER}-{number}"), style, out),
            _ => key(&item.name, style, out),
        }
        match value {
            Value::Table(rows) => table(&item.node, rows, style, out),
            value => element(&item.node, value, style, out),
        }
    }
}

fn table(node: &Node, rows: &[Value], style: Style, out: &mut String) {
    out.push('[');
    for (i, row) in rows.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        element(node, row, style, out);
    }
    out.push(']');
}

fn element(node: &Node, value: &Value, style: Style, out: &mut String) {
    match (node, value) {
        (Node::Group(children), Value::Group(values)) => object(children, values, style, out),
        (Node::Field(Kind::Text { length }), Value::Text(value)) => {
            text(value, *length, style.trim, out);
        }
        (Node::Field(Kind::Justified { length }), Value::Text(value)) => {
            let blank = value.is_empty();
            let value = format!("{value:>length$}");
            text(if blank { "" } else { &value }, *length, style.trim, out);
        }
        (Node::Field(_), Value::Cut(value)) => {
            text(value.trim_end_matches(' '), value.len(), style.trim, out);
        }
        (Node::Field(_), Value::Absent) => out.push_str("null"),
        (Node::Field(Kind::Float { .. }), Value::Number(value)) => eighths(*value, out),
        (Node::Field(kind), Value::Number(value)) => decimal(*kind, *value, style, out),
        (Node::Field(kind), Value::Blank(blank)) => {
            if is_zero(*kind, *blank) || style.blanks == BlankNumbers::Zero {
                decimal(*kind, 0, style, out);
            } else {
                out.push_str("null");
            }
        }
        (node, value) => unreachable!("{value:?} was drawn for {node:?}"),
    }
}

/// Whether a MOVE of zero puts just this there.
fn is_zero(kind: Kind, blank: Blank) -> bool {
    let spaces = match kind {
        Kind::Blank(_) => true,
        Kind::Edited(edited) => {
            edited.blank_when_zero || (edited.shown == 0 && edited.fill != Fill::Asterisks)
        }
        _ => false,
    };
    spaces && blank == Blank::Spaces
}

fn decimal(kind: Kind, value: i128, style: Style, out: &mut String) {
    let quote = match style.decimals {
        Decimals::Text => "\"",
        Decimals::Number => "",
    };
    out.push_str(quote);
    number(value, scale(kind), out);
    out.push_str(quote);
}

/// Digits behind the point of what is printed as a decimal.
fn scale(kind: Kind) -> i32 {
    match kind {
        Kind::Zoned(decimal, _)
        | Kind::Blank(decimal)
        | Kind::Packed(decimal)
        | Kind::Binary(decimal)
        | Kind::Native(decimal)
        | Kind::Unsigned(decimal) => decimal.scale,
        Kind::Edited(edited) => edited.behind as i32,
        Kind::Text { .. } | Kind::Justified { .. } | Kind::Float { .. } => 0,
    }
}

fn key(name: &str, style: Style, out: &mut String) {
    out.push('"');
    match style.names {
        Names::AsWritten => out.push_str(name),
        Names::Snake => out.push_str(&name.to_lowercase().replace('-', "_")),
    }
    out.push_str("\":");
}

/// Drawn text is printable ASCII: only the quote and the backslash have to be escaped (RFC 8259,
/// section 7).
fn text(value: &str, length: usize, trim: Trim, out: &mut String) {
    out.push('"');
    let drawn = value.len();
    let value = if matches!(trim, Trim::Both | Trim::Left) {
        value.trim_start_matches(' ')
    } else {
        value
    };
    for character in value.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    if matches!(trim, Trim::None | Trim::Left) {
        let spaces = match (trim, value.is_empty()) {
            // There is nothing but spaces, which lead.
            (Trim::Left, true) => 0,
            _ => length - drawn,
        };
        out.extend(std::iter::repeat_n(' ', spaces));
    }
    out.push('"');
}

/// Every digit behind the point, no superfluous zero before it, no sign of zero.
fn number(value: i128, scale: i32, out: &mut String) {
    if value < 0 {
        out.push('-');
    }
    let Ok(behind) = usize::try_from(scale) else {
        let zeros = if value == 0 { 0 } else { scale.unsigned_abs() };
        out.push_str(&value.unsigned_abs().to_string());
        out.extend(std::iter::repeat_n('0', zeros as usize));
        return;
    };
    let digits = format!("{:0width$}", value.unsigned_abs(), width = behind + 1);
    let (whole, fraction) = digits.split_at(digits.len() - behind);
    out.push_str(whole);
    if behind > 0 {
        out.push('.');
        out.push_str(fraction);
    }
}

/// A float is a bare number without zeros at its end; an eighth has three digits at most.
fn eighths(value: i128, out: &mut String) {
    let mut text = String::new();
    number(value * 125, 3, &mut text);
    out.push_str(text.trim_end_matches('0').trim_end_matches('.'));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        for (value, scale, expected) in [
            (-5, 2, "-0.05"),
            (0, 2, "0.00"),
            (12345, 0, "12345"),
            (1, 5, "0.00001"),
            (-90, 1, "-9.0"),
            (12, 5, "0.00012"),
            (-12, -3, "-12000"),
            (0, -3, "0"),
        ] {
            let mut out = String::new();
            number(value, scale, &mut out);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn floats_are_bare_and_short() {
        for (value, expected) in [
            (0, "0"),
            (-1, "-0.125"),
            (12, "1.5"),
            (80, "10"),
            (-800, "-100"),
        ] {
            let mut out = String::new();
            eighths(value, &mut out);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn text_is_escaped_and_padded() {
        let mut out = String::new();
        text("a\"\\", 5, Trim::None, &mut out);
        text("a", 5, Trim::Right, &mut out);
        assert_eq!(out, r#""a\"\\  ""a""#);
    }
}
