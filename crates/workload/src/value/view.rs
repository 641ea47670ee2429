//! REDEFINES: the same characters, read in another way.

use super::Value;
use crate::model::{Item, Kind, Node, Occurs};

/// The value of `item`, which redefines `target`.
pub(super) fn of(target: &Item, value: &Value, item: &Item) -> Value {
    match characters(&target.node, value) {
        Some(text) => read(item, &mut text.chars()),
        // Bytes that are no characters: nobody prints this view of them.
        None => Value::Text(String::new()),
    }
}

/// What is in the bytes of an element, padding and all, if they are characters throughout.
fn characters(node: &Node, value: &Value) -> Option<String> {
    Some(match (node, value) {
        (Node::Group(items), Value::Group(values)) => {
            let own = items
                .iter()
                .zip(values)
                .filter(|(item, _)| item.redefines.is_none());
            own.map(|(item, value)| all(item, value))
                .collect::<Option<_>>()?
        }
        (Node::Field(Kind::Text { length }), Value::Text(text)) => format!("{text:length$}"),
        (Node::Field(Kind::Justified { length }), Value::Text(text)) => format!("{text:>length$}"),
        (Node::Field(Kind::Edited(edited)), Value::Number(value)) => edited.characters(*value),
        (Node::Field(Kind::Blank(decimal)), Value::Number(0)) => " ".repeat(decimal.digits),
        (Node::Field(Kind::Blank(decimal)), Value::Number(value)) => {
            format!("{value:0width$}", width = decimal.digits)
        }
        (Node::Field(Kind::Zoned(decimal, _)), Value::Number(value)) if !decimal.signed => {
            format!("{value:0width$}", width = decimal.digits)
        }
        _ => return None,
    })
}

fn all(item: &Item, value: &Value) -> Option<String> {
    match value {
        Value::Table(rows) => rows.iter().map(|row| characters(&item.node, row)).collect(),
        value => characters(&item.node, value),
    }
}

/// Reads an item from characters; spaces follow where they end.
fn read(item: &Item, text: &mut impl Iterator<Item = char>) -> Value {
    match item.occurs {
        Occurs::Once => element(&item.node, text),
        Occurs::Times(times) => {
            Value::Table((0..times).map(|_| element(&item.node, text)).collect())
        }
        Occurs::DependingOn { .. } => unreachable!("{}: of variable length", item.name),
    }
}

fn element(node: &Node, text: &mut impl Iterator<Item = char>) -> Value {
    let mut take = |count: usize| {
        text.by_ref()
            .chain(std::iter::repeat(' '))
            .take(count)
            .collect::<String>()
    };
    match node {
        Node::Group(items) => Value::Group(items.iter().map(|item| read(item, text)).collect()),
        Node::Field(Kind::Text { length }) => {
            Value::Text(take(*length).trim_end_matches(' ').to_owned())
        }
        Node::Field(Kind::Zoned(decimal, _)) if !decimal.signed => {
            let digits = take(decimal.digits);
            // Only digits are redefined as digits: anything else is a mistake in the description.
            Value::Number(
                digits
                    .parse()
                    .unwrap_or_else(|_| panic!("expected digits, found {digits:?}")),
            )
        }
        other => unreachable!("{other:?} does not redefine characters"),
    }
}
