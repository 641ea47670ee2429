//! From the tree to the steps.

mod extent;
mod tables;

use crate::schema::FieldId;
use crate::value::charset::Charset;

use super::escape::write_key;
use super::plan::{
    Count, Literal, Op, PAD, Program, Slot, Step, TextTables, count_same, push_field,
};
use super::shape::{self, Shape};
use super::tree::{Body, Node, Tree};
use super::{Decimals, LongRecords, ProgramOptions, Tables};

use extent::variable;

/// How many shapes are looked through for one that is known: fields that are alike are near.
const NEAR: usize = 256;
/// A record that could print more than this is left to the reader: kernels reserve it at once.
const MAX_OUTPUT: usize = 16 << 20;

/// Compiles a plan, unless it is better left to the reader: records that could print more than
/// 16 MiB. `pairs` are for a kernel without vectors
/// ([`TextTables::pairs`]).
pub(crate) fn compile(
    tree: &Tree,
    charset: &Charset,
    options: &ProgramOptions,
    pairs: bool,
) -> Option<Program> {
    let mut compiler = Compiler {
        tree,
        decimals_as_text: options.decimals == Decimals::Text,
        charset,
        steps: Vec::new(),
        printed: Vec::new(),
        shapes: Vec::new(),
        literals: Vec::new(),
        pending: vec![b'{'],
        first: true,
        in_table: false,
        max_output: 0,
        fields: 0,
        reach: 0,
        marks: 0,
        slides: options.tables == Tables::Slide,
    };
    compiler.siblings(&tree.roots, 0)?;
    compiler.need();
    compiler.pending.extend_from_slice(b"}\n");
    let closing = compiler.flush();
    if compiler.max_output > MAX_OUTPUT || u32::try_from(tree.max).is_err() {
        return None;
    }
    debug_assert!(compiler.in_bounds(), "fields lie in their records");
    for step in &mut compiler.steps {
        if let Step::Run(run) = step {
            count_same(run, &compiler.shapes);
        }
    }
    compiler.literals.resize(compiler.literals.len() + PAD, 0);
    Some(Program {
        steps: compiler.steps,
        fields: compiler.printed,
        shapes: compiler.shapes,
        literals: compiler.literals,
        closing,
        max_output: compiler.max_output,
        max_record: tree.max,
        limit: match options.long_records {
            LongRecords::Error => tree.max,
            LongRecords::Ignore => usize::MAX,
        },
        surplus: if tree.checks_surplus(options) {
            tree.max
        } else {
            usize::MAX
        },
        counters: tree.counters.len(),
        marks: compiler.marks,
        text: TextTables::new(charset, pairs),
        signs: [
            [0; 256],
            charset.overpunch,
            charset.separate,
            charset.unsigned,
        ],
        charset: charset.clone(),
    })
}

struct Compiler<'a> {
    tree: &'a Tree,
    decimals_as_text: bool,
    charset: &'a Charset,
    steps: Vec<Step>,
    /// See [`Program::fields`].
    printed: Vec<FieldId>,
    shapes: Vec<Shape>,
    literals: Vec<u8>,
    /// What is to be printed before the next value.
    pending: Vec<u8>,
    /// The next value is the first of its object or array.
    first: bool,
    /// The next value is an element of an array.
    in_table: bool,
    max_output: usize,
    fields: usize,
    /// Greatest end of the fields since the last [`Step::Need`].
    reach: usize,
    marks: usize,
    /// What follows a table that is not full lies closer.
    slides: bool,
}

impl Compiler<'_> {
    /// Compiles siblings, `shift` bytes behind their offsets: unrolled elements.
    fn siblings(&mut self, nodes: &[Node], shift: usize) -> Option<()> {
        let mut mark = None;
        for (index, node) in nodes.iter().enumerate() {
            let last = nodes.get(index + 1).is_none_or(|next| !next.view);
            // Asked of the first only: there may be thousands of views.
            let views = || nodes[index + 1..].iter().take_while(|next| next.view);
            if !node.view && !last && (variable(node) || views().any(variable)) {
                self.mark();
                mark = Some((self.marks - 2, self.marks - 1));
            } else if !node.view {
                mark = None;
            }
            if node.view
                && let Some((start, _)) = mark
            {
                self.step(Step::Return(start));
            }
            self.node(node, shift)?;
            // The first of the views says where the record goes on.
            match mark {
                Some((_, after)) if !node.view => self.step(Step::Mark(after)),
                Some((_, after)) if last => self.step(Step::Return(after)),
                _ => {}
            }
        }
        Some(())
    }

    fn mark(&mut self) {
        let start = self.marks;
        self.step(Step::Mark(start));
        self.marks += 2;
    }

    /// A step behind which fields lie elsewhere.
    fn step(&mut self, step: Step) {
        self.need();
        self.steps.push(step);
    }

    fn need(&mut self) {
        if self.reach > 0 {
            self.steps.push(Step::Need(self.reach));
            self.reach = 0;
        }
    }

    fn node(&mut self, node: &Node, shift: usize) -> Option<()> {
        match node.table {
            None => self.element(node, shift),
            Some(table) if !node.printed => self.hidden_table(node, table, shift),
            Some(table) => self.table(node, table, shift),
        }
    }

    fn element(&mut self, node: &Node, shift: usize) -> Option<()> {
        match &node.body {
            Body::Group { children, object } if *object && node.printed => {
                self.key(node);
                self.pending.push(b'{');
                self.first = true;
                self.in_table = false;
                self.siblings(children, shift)?;
                self.pending.push(b'}');
                self.leave();
                Some(())
            }
            Body::Group { children, .. } => self.siblings(children, shift),
            Body::Leaf(_) => {
                self.leaf(node, shift);
                Some(())
            }
        }
    }

    fn leaf(&mut self, node: &Node, shift: usize) {
        let Body::Leaf(leaf) = &node.body else { return };
        let offset = node.offset + shift;
        self.reach = self.reach.max(offset + node.size);
        if let Some(slot) = node.counter {
            let bounds = self.tree.counters[slot];
            self.steps.push(Step::Count(Box::new(Count {
                slot,
                leaf: leaf.clone(),
                offset,
                size: node.size,
                min: bounds.min,
                max: bounds.max,
            })));
        }
        if !node.printed {
            return;
        }
        self.key(node);
        let quoted = leaf.quoted(self.decimals_as_text);
        if quoted {
            self.pending.push(b'"');
        }
        let shape = Shape::new(leaf, node.size, self.charset);
        let before = self.flush();
        self.max_output = self.max_output.saturating_add(shape.max_output());
        self.fields += 1;
        // Offsets lie below `FileFormat::LONGEST`.
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let size = u32::try_from(node.size).unwrap_or(u32::MAX);
        let shape = self.shape(shape);
        self.printed.push(node.id);
        push_field(
            &mut self.steps,
            Slot {
                before,
                offset,
                shape,
                same: 1,
                op: Op::Many,
            },
            size,
        );
        if quoted {
            self.pending.push(b'"');
        }
        self.leave();
    }

    /// The index of a shape, which is kept once.
    fn shape(&mut self, shape: Shape) -> u32 {
        let first = self.shapes.len().saturating_sub(NEAR);
        let known = self.shapes[first..]
            .iter()
            .position(|known| shape::same(known, &shape));
        let index = known.map(|near| first + near).unwrap_or_else(|| {
            self.shapes.push(shape);
            self.shapes.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    /// Comma and key, as the place asks for.
    fn key(&mut self, node: &Node) {
        if !self.first {
            self.pending.push(b',');
        }
        if !self.in_table {
            write_key(&node.key, "", &mut self.pending);
        }
    }

    fn enter(&mut self, first: bool) {
        self.first = first;
        self.in_table = true;
    }

    /// Behind a value in an object: the caller of a table's element says otherwise.
    fn leave(&mut self) {
        self.first = false;
        self.in_table = false;
    }

    /// Whether every field ends within the record, as a schema's fields do.
    fn in_bounds(&self) -> bool {
        let max = self.tree.max;
        self.steps.iter().all(|step| match step {
            Step::Run(run) => run.end as usize <= max,
            _ => true,
        })
    }

    fn flush(&mut self) -> Literal {
        let at = u32::try_from(self.literals.len()).unwrap_or(u32::MAX);
        let len = u32::try_from(self.pending.len()).unwrap_or(u32::MAX);
        self.literals.append(&mut self.pending);
        self.max_output = self.max_output.saturating_add(len as usize);
        Literal { at, len }
    }
}
