//! Where items lie.
//!
//! Slack bytes as Enterprise COBOL for z/OS Language Reference, "SYNCHRONIZED clause", "Slack bytes
//! within records", counts them: divide the bytes before a synchronized item by its m (2, 4 or 8);
//! where a remainder r is left, m - r slack bytes come before the item, or before the outermost
//! group that it is the first of. An occurrence of a table that holds synchronized items is filled
//! up to a multiple of the greatest m among them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Description, Item, Kind, Node, Occurs};

impl Description {
    /// Bytes of a record, every DEPENDING ON at its maximum.
    pub fn record_length(&self) -> usize {
        Places::of(&self.items, 0).end
    }

    /// A line an entry, level 01 first: name, offset of the first occurrence, size of one
    /// occurrence, in bytes; every DEPENDING ON at its maximum.
    pub fn layout(&self) -> String {
        let mut out = format!("{} 0 {}\n", self.name, self.record_length());
        lay_out(&self.items, 0, &mut out);
        out
    }
}

/// Where siblings lie, every DEPENDING ON at its maximum.
pub(crate) struct Places {
    /// First byte of each.
    pub(crate) starts: Vec<usize>,
    /// Byte behind the last.
    pub(crate) end: usize,
}

impl Places {
    /// Of siblings of which the first may start at `offset`.
    pub(crate) fn of(items: &[Item], offset: usize) -> Places {
        let mut named = BTreeMap::new();
        let mut starts = Vec::with_capacity(items.len());
        let mut end = offset;
        for item in items {
            let start = match &item.redefines {
                // A target that is not there is a mistake in the description, which the copybook
                // parser then refuses as well.
                Some(target) => named[target.as_str()],
                None => end.next_multiple_of(item.first_boundary()),
            };
            named.insert(item.name.as_str(), start);
            starts.push(start);
            end = end.max(start + item.times() * item.stride(start));
        }
        Places { starts, end }
    }
}

impl Item {
    /// Occurrences, a DEPENDING ON at its maximum.
    pub(crate) fn times(&self) -> usize {
        match self.occurs {
            Occurs::Once => 1,
            Occurs::Times(times) | Occurs::DependingOn { max: times, .. } => times,
        }
    }

    /// Bytes from one occurrence to the next.
    pub(crate) fn stride(&self, start: usize) -> usize {
        let bytes = self.node_length(start);
        match self.occurs {
            Occurs::Once => bytes,
            _ => bytes.next_multiple_of(self.greatest_boundary()),
        }
    }

    /// Bytes of one occurrence, without slack bytes behind it.
    pub(crate) fn node_length(&self, start: usize) -> usize {
        match &self.node {
            Node::Group(items) => Places::of(items, start).end - start,
            Node::Field(kind) => kind.length(),
        }
    }

    fn first_boundary(&self) -> usize {
        match &self.node {
            Node::Group(items) => items.first().map_or(1, Item::first_boundary),
            Node::Field(kind) if self.synchronized => kind.boundary(),
            Node::Field(_) => 1,
        }
    }

    fn greatest_boundary(&self) -> usize {
        match &self.node {
            Node::Group(items) => items.iter().map(Item::greatest_boundary).max().unwrap_or(1),
            Node::Field(_) => self.first_boundary(),
        }
    }
}

impl Kind {
    /// The m of the Language Reference.
    fn boundary(self) -> usize {
        match self {
            Kind::Binary(decimal) | Kind::Native(decimal) if decimal.digits <= 4 => 2,
            Kind::Binary(_) | Kind::Native(_) | Kind::Float { double: false } => 4,
            Kind::Float { double: true } => 8,
            _ => 1,
        }
    }
}

fn lay_out(items: &[Item], offset: usize, out: &mut String) {
    for (item, start) in items.iter().zip(Places::of(items, offset).starts) {
        let _ = writeln!(out, "{} {start} {}", item.name, item.stride(start));
        if let Node::Group(children) = &item.node {
            lay_out(children, start, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Decimal;

    fn text(name: &str, length: usize) -> Item {
        Item::once(name, Node::Field(Kind::Text { length }))
    }

    fn binary(name: &str, digits: usize) -> Item {
        let decimal = Decimal {
            digits,
            scale: 0,
            signed: true,
        };
        Item {
            synchronized: true,
            ..Item::once(name, Node::Field(Kind::Binary(decimal)))
        }
    }

    /// The examples of the Language Reference, "Slack bytes within records".
    #[test]
    fn slack_bytes_are_where_the_manual_puts_them() {
        let record = |items| Description {
            name: "R".to_owned(),
            items,
        };
        let group = |name, items| Item::once(name, Node::Group(items));
        let inside = record(vec![
            text("FIELD-B", 5),
            group("FIELD-C", vec![text("FIELD-D", 2), binary("FIELD-E", 6)]),
        ]);
        let expected = "R 0 12\nFIELD-B 0 5\nFIELD-C 5 7\nFIELD-D 5 2\nFIELD-E 8 4\n";
        assert_eq!(inside.layout(), expected);
        let before = record(vec![
            text("FIELD-M", 5),
            text("FIELD-N", 2),
            group("FIELD-O", vec![binary("FIELD-P", 6)]),
        ]);
        let expected = "R 0 12\nFIELD-M 0 5\nFIELD-N 5 2\nFIELD-O 8 4\nFIELD-P 8 4\n";
        assert_eq!(before.layout(), expected);
        let element = vec![
            text("COMP-TYPE", 1),
            binary("COMP-PAY", 6),
            binary("COMP-HRS", 3),
            text("COMP-NAME", 5),
        ];
        let table = Item::table("COMP-TABLE", Occurs::Times(10), Node::Group(element));
        let table = record(vec![text("WORK-CODE", 1), table]);
        assert_eq!(
            table.layout(),
            "R 0 161\nWORK-CODE 0 1\nCOMP-TABLE 1 16\nCOMP-TYPE 1 1\nCOMP-PAY 4 4\nCOMP-HRS 8 2\n\
             COMP-NAME 10 5\n"
        );
    }
}
