//! Tables: unrolled where that is short, loops elsewhere.

use crate::program::plan::{Loop, Step};
use crate::program::tree::{Node, Table};

use super::Compiler;
use super::extent::{fields, inner_variable, keys};

/// Fields that a record may have after unrolling; a table that would exceed it stays a loop.
const MAX_FIELDS: usize = 4096;
/// Bytes of keys that unrolling a table may repeat.
const MAX_KEYS: usize = 1 << 20;

impl Compiler<'_> {
    pub(super) fn hidden_table(&mut self, node: &Node, table: Table, shift: usize) -> Option<()> {
        if inner_variable(node) {
            // Its elements are walked for their counts.
            return self.looped(node, table, shift);
        }
        if let Some(slot) = table.counter.filter(|_| self.slides) {
            let reach = node.offset + shift + node.size * table.max;
            self.step(Step::Shrink {
                slot,
                max: table.max,
                stride: node.size,
            });
            // What is left of the table, now that it has shrunk.
            self.reach = reach;
        } else {
            self.reach = self.reach.max(node.end() + shift);
        }
        Some(())
    }

    pub(super) fn table(&mut self, node: &Node, table: Table, shift: usize) -> Option<()> {
        self.key(node);
        self.pending.push(b'[');
        let unrolled = fields(node).saturating_mul(table.max);
        let fixed = table.counter.is_none() && !inner_variable(node);
        let text = keys(node).saturating_mul(table.max);
        if fixed && self.fields.saturating_add(unrolled) <= MAX_FIELDS && text <= MAX_KEYS {
            for index in 0..table.max {
                self.enter(index == 0);
                self.element(node, shift + index * node.size)?;
            }
        } else {
            self.looped(node, table, shift)?;
        }
        self.pending.push(b']');
        self.leave();
        Some(())
    }

    fn looped(&mut self, node: &Node, table: Table, shift: usize) -> Option<()> {
        // What follows a table that is kept at full length does not move.
        let back = (!self.slides && table.counter.is_some()).then(|| {
            self.marks += 1;
            self.step(Step::Mark(self.marks - 1));
            self.marks - 1
        });
        self.repeated(node, table, shift)?;
        if let Some(mark) = back {
            self.step(Step::Return(mark));
        }
        Some(())
    }

    fn repeated(&mut self, node: &Node, table: Table, shift: usize) -> Option<()> {
        let open = self.flush();
        let start = self.steps.len() + usize::from(self.reach > 0);
        let before = self.max_output;
        self.step(Step::Loop(Loop {
            slot: table.counter,
            max: table.max,
            stride: node.size,
            open,
            end: 0,
            simple: false,
        }));
        if node.printed {
            self.enter(true);
        }
        self.element(node, shift)?;
        // Elements that do not move against each other are checked once, behind the table: there
        // the delta is that of the last element, less those that are missing.
        let mut reach = 0;
        if inner_variable(node) {
            self.need();
        } else {
            reach = std::mem::take(&mut self.reach) + node.size * (table.max - 1);
        }
        if node.printed {
            self.pending.push(b',');
        }
        let close = self.flush();
        let simple = matches!(self.steps[start + 1..], [Step::Run(_)]);
        self.steps.push(Step::Next { close, start });
        let end = self.steps.len();
        if let Some(Step::Loop(repeat)) = self.steps.get_mut(start) {
            repeat.end = end;
            repeat.simple = simple;
        }
        self.reach = reach;
        let once = self.max_output - before;
        self.max_output = before.saturating_add(once.saturating_mul(table.max));
        Some(())
    }
}
