//! Runs the steps of a program over one record, on any machine.

#![allow(
    unsafe_code,
    reason = "machines write through pointers: what they require is handed on to the caller"
)]

use crate::program::plan::{Count, Literal, Loop, Program, Run, Step};
use crate::value::Value;
use crate::value::charset::Charset;

/// What a kernel has to be able to do. Positions and sizes come from the program; a machine holds
/// the record, the output and whether anything was suspect.
pub(crate) trait Machine {
    /// Prints a literal.
    ///
    /// # Safety
    /// It is one of the program's; the output has room for it and for `PAD` bytes.
    unsafe fn literal(&mut self, literal: Literal);
    /// Prints the fields of a run that lie `delta` bytes behind their offsets.
    ///
    /// # Safety
    /// The run is one of the program's, and all of its fields are within the record (see
    /// [`Run::within`]); the output has room for what they can print and for `PAD` bytes.
    unsafe fn run(&mut self, run: &Run, delta: isize);
    /// The same for each element of a table, the literal behind each of them. If the elements are
    /// records, those behind a suspect one are left out.
    ///
    /// # Safety
    /// As [`Machine::run`] and [`Machine::literal`], for every element.
    unsafe fn elements(&mut self, run: &Run, elements: Elements);
    /// Takes back the last byte printed.
    fn unprint(&mut self);
    /// Bytes of the record.
    fn bytes(&self, start: usize, size: usize) -> &[u8];
    /// Something is wrong with the record.
    fn suspect(&mut self);
}

/// Elements of a table, or records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elements {
    /// How far behind the offsets of its fields the first one lies.
    pub delta: isize,
    /// From one to the next.
    pub stride: isize,
    /// At least 1.
    pub count: usize,
    pub close: Literal,
    /// They are whole records.
    pub records: bool,
}

impl Elements {
    /// One, with nothing behind it.
    pub(crate) fn one(delta: isize) -> Elements {
        Elements {
            delta,
            stride: 0,
            count: 1,
            close: Literal { at: 0, len: 0 },
            records: false,
        }
    }

    /// How far behind the offsets of its fields each one lies.
    #[inline(always)]
    pub(crate) fn deltas(self) -> impl Iterator<Item = isize> {
        let mut next = self.delta;
        (0..self.count).map(move |_| {
            let delta = next;
            next = next.wrapping_add(self.stride);
            delta
        })
    }

    /// Where the last one lies.
    fn last(self) -> isize {
        self.delta + self.stride * to_isize(self.count - 1)
    }
}

/// How many records of those that are printed at once, or fields of one record, were printed before
/// the first suspect one, and the bytes that these take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Fine {
    pub records: usize,
    pub bytes: usize,
}

/// What is kept while a record is printed.
#[derive(Debug)]
pub(crate) struct State {
    counts: Vec<usize>,
    marks: Vec<isize>,
    /// Tables that were started: elements to go.
    loops: Vec<usize>,
    scratch: String,
}

impl State {
    pub(crate) fn new(program: &Program) -> State {
        State {
            counts: vec![0; program.counters],
            marks: vec![0; program.marks],
            loops: Vec::new(),
            scratch: String::new(),
        }
    }
}

/// Prints a record of `len` bytes, of which `own` are its own and not filled up. Once the machine
/// calls something suspect, what is printed does not matter.
///
/// # Safety
/// The machine runs this program: [`Program::max_record`] bytes may be read where its record starts,
/// [`Program::max_output`] written where it prints, and `PAD` bytes behind either.
#[inline(always)]
pub(crate) unsafe fn record<M: Machine>(
    program: &Program,
    state: &mut State,
    machine: &mut M,
    (len, own): (usize, usize),
) {
    let mut delta = 0isize;
    let mut need = 0usize;
    let mut at = 0;
    if !state.counts.is_empty() {
        state.counts.fill(0);
    }
    while let Some(step) = program.steps.get(at) {
        at += 1;
        match step {
            Step::Run(run) => {
                debug_assert!(run.within(delta, program.max_record));
                // SAFETY: a program keeps its runs within its records wherever counts move them;
                // the room is the caller's.
                unsafe { machine.run(run, delta) };
            }
            Step::Need(reach) => need = need.max(reach.saturating_add_signed(delta)),
            Step::Count(count) => read_count(&program.charset, count, state, machine, delta),
            Step::Loop(table) => {
                // SAFETY: the caller's, for the elements of a table of this program.
                unsafe { start(program, table, state, machine, &mut delta, &mut at) };
            }
            Step::Next { close, start } => {
                // SAFETY: the program's literal; the room is the caller's.
                unsafe { machine.literal(*close) };
                let Some(Step::Loop(table)) = program.steps.get(*start) else {
                    continue;
                };
                let printed = close.len > 0;
                next(
                    table,
                    state,
                    machine,
                    &mut delta,
                    &mut at,
                    (*start, printed),
                );
            }
            Step::Shrink { slot, max, stride } => {
                let missing = max.saturating_sub(state.counts[*slot]);
                delta -= to_isize(missing * stride);
            }
            Step::Mark(slot) => state.marks[*slot] = delta,
            Step::Return(slot) => delta = state.marks[*slot],
        }
    }
    // SAFETY: the program's literal; the room is the caller's.
    unsafe { machine.literal(program.closing) };
    if need > len || len > program.limit {
        machine.suspect();
    }
    // Behind tables that are not full.
    if len.min(own) > program.surplus.saturating_add_signed(delta) {
        machine.suspect();
    }
}

/// # Safety
/// As [`record`].
#[inline(always)]
unsafe fn start<M: Machine>(
    program: &Program,
    table: &Loop,
    state: &mut State,
    machine: &mut M,
    delta: &mut isize,
    at: &mut usize,
) {
    // SAFETY: the program's literal; the room is the caller's.
    unsafe { machine.literal(table.open) };
    let count = table
        .slot
        .map_or(table.max, |slot| state.counts[slot].min(table.max));
    if count == 0 {
        *delta -= to_isize(table.stride * table.max);
        *at = table.end;
    } else if table.simple {
        // SAFETY: the caller's.
        unsafe { elements(program, table, machine, *delta, (count, *at)) };
        *delta -= to_isize(table.stride * (table.max - count));
        *at = table.end;
    } else {
        state.loops.push(count);
    }
}

/// All elements of a table whose fields do not move against each other.
///
/// # Safety
/// As [`record`]; there are at most as many elements as the table can have.
#[inline(always)]
unsafe fn elements<M: Machine>(
    program: &Program,
    table: &Loop,
    machine: &mut M,
    delta: isize,
    (count, at): (usize, usize),
) {
    let [Step::Run(run), Step::Next { close, .. }, ..] = &program.steps[at..] else {
        return machine.suspect();
    };
    let elements = Elements {
        delta,
        stride: to_isize(table.stride),
        count,
        close: *close,
        records: false,
    };
    debug_assert!(run.within(delta, program.max_record));
    debug_assert!(run.within(elements.last(), program.max_record));
    // SAFETY: a program keeps the elements of its tables within its records wherever counts move
    // them; the room is the caller's.
    unsafe { machine.elements(run, elements) };
    machine.unprint();
}

#[inline(always)]
fn next<M: Machine>(
    table: &Loop,
    state: &mut State,
    machine: &mut M,
    delta: &mut isize,
    at: &mut usize,
    // A table that is not printed has no commas.
    (start, printed): (usize, bool),
) {
    *delta += to_isize(table.stride);
    let Some(left) = state.loops.last_mut() else {
        return;
    };
    *left -= 1;
    if *left > 0 {
        *at = start + 1;
    } else {
        state.loops.pop();
        if printed {
            machine.unprint();
        }
        *delta -= to_isize(table.stride * table.max);
    }
}

fn read_count<M: Machine>(
    charset: &Charset,
    count: &Count,
    state: &mut State,
    machine: &mut M,
    delta: isize,
) {
    let start = count.offset.saturating_add_signed(delta);
    let bytes = machine.bytes(start, count.size);
    let value = count.leaf.decode(charset, bytes, &mut state.scratch);
    let value = match value {
        Ok(Value::Decimal(number)) => number.to_count(),
        _ => None,
    };
    match value.filter(|found| (count.min..=count.max).contains(found)) {
        Some(found) => state.counts[count.slot] = found,
        None => {
            state.counts[count.slot] = 0;
            machine.suspect();
        }
    }
}

/// Products of sizes are below `FileFormat::LONGEST`.
fn to_isize(size: usize) -> isize {
    isize::try_from(size).unwrap_or(isize::MAX)
}
