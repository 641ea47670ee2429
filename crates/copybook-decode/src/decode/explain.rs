//! Which loop prints which field, and decoders that print one part of a record alone: what a caller
//! with a clock needs to say what makes a copybook slow. There is no clock here.

use std::collections::HashMap;

use crate::kernel::Kernel;
use crate::program::plan::{Op, Program, Slot, Step};
use crate::program::shape::{Shape, Width};
use crate::program::tree::{Body, Node};
use crate::schema::FieldId;
use crate::value::Trim;

use super::Decoder;

/// What prints a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrintedBy {
    /// The kernel's own loop for fields of this kind.
    Kernel,
    /// The scalar kernel, since the one with vectors has no loop for this picture.
    Scalar,
    /// The plain reading of single values: no kernel knows this usage or picture.
    Reader,
}

/// Fields that are printed in the same way.
#[derive(Debug, Clone)]
pub struct Part {
    /// Their keys in the output, behind those of the objects around them: `ORDERS.ORDER-ID`.
    pub fields: Vec<String>,
    /// `text`, `packed`, `zoned`, `binary` or `other`.
    pub kind: &'static str,
    /// What prints them.
    pub by: PrintedBy,
    /// How many are printed by one call of a loop; 1 where each is printed alone.
    pub together: usize,
    /// Bytes of one.
    pub bytes: usize,
    /// Slots of the program, by number.
    slots: Vec<usize>,
}

impl Part {
    /// Those of several parts as one, where their fields are printed in the same way: for records
    /// with more fields than anybody wants to read about.
    #[must_use]
    pub fn merged(parts: Vec<Part>) -> Vec<Part> {
        let mut merged: Vec<Part> = Vec::new();
        for part in parts {
            let like = |one: &&mut Part| {
                (one.kind, one.by, one.bytes, one.together > 1)
                    == (part.kind, part.by, part.bytes, part.together > 1)
            };
            match merged.iter_mut().find(like) {
                None => merged.push(part),
                Some(one) => {
                    one.fields.extend(part.fields);
                    one.slots.extend(part.slots);
                    one.together = one.together.max(part.together);
                }
            }
        }
        merged
    }
}

impl Decoder {
    /// The parts of a record, in its order. `None` if the reader prints all of it (see
    /// [`Decoder::kernel`]), or if there are records of several kinds: ask with a copybook of one.
    #[must_use]
    pub fn parts(&self) -> Option<Vec<Part>> {
        let plan = self.plan();
        let program = plan.program.as_ref().filter(|_| plan.selector.is_none())?;
        let mut paths = HashMap::new();
        collect(&plan.tree.roots, "", &mut paths);
        let mut parts: Vec<Part> = Vec::new();
        // The elements of a table that is unrolled are one part.
        let mut known: HashMap<(FieldId, u32), usize> = HashMap::new();
        let slots: Vec<Slot> = slots(program).copied().collect();
        let mut next = 0;
        while let Some(slot) = slots.get(next) {
            let many = slot.op == Op::Many;
            let count = if many { slot.same as usize } else { 1 };
            let these = next..next + count;
            next += count;
            let first = program.fields[these.start];
            let index = *known.entry((first, slot.shape)).or_insert_with(|| {
                parts.push(part(program, plan.kernel, slot, count));
                parts.len() - 1
            });
            for slot in these {
                let path = &paths[&program.fields[slot]];
                if !parts[index].fields.contains(path) {
                    parts[index].fields.push(path.clone());
                }
                parts[index].slots.push(slot);
            }
        }
        Some(parts)
    }

    /// This decoder, but that it prints nothing of a record except one part, or nothing at all but
    /// the braces, for timing: what it prints is no JSON. Tables are walked all the same. Records that
    /// the kernel finds suspect are printed whole, by the reader, as ever.
    ///
    /// `part` is one of [`Decoder::parts`].
    #[must_use]
    pub fn only(&self, part: Option<&Part>) -> Decoder {
        let mut program = self.plan().program.clone();
        if let Some(program) = &mut program {
            let wanted: std::collections::HashSet<usize> = part
                .into_iter()
                .flat_map(|one| one.slots.iter().copied())
                .collect();
            let mut number = 0;
            for step in &mut program.steps {
                if let Step::Run(run) = step {
                    run.slots.retain(|_| {
                        number += 1;
                        wanted.contains(&(number - 1))
                    });
                }
            }
        }
        self.running(program)
    }

    /// Whether the kernel leaves this record, of which the first `own` bytes are not filled up, to the
    /// reader: a field is invalid, or so odd that only the reader can tell. Always, if there is no
    /// kernel.
    pub(crate) fn suspects(&self, record: &[u8], own: usize) -> bool {
        let record = self.described(record);
        let fits = record.len() <= self.plan().tree.max;
        let Some(program) = self.plan().program.as_ref().filter(|_| fits) else {
            return true;
        };
        !self.kernel_alone(program, (record, own), &mut Vec::new())
    }
}

fn slots(program: &Program) -> impl Iterator<Item = &Slot> {
    program.steps.iter().flat_map(|step| match step {
        Step::Run(run) => run.slots.as_slice(),
        _ => &[],
    })
}

fn part(program: &Program, kernel: Kernel, slot: &Slot, together: usize) -> Part {
    let shape = &program.shapes[slot.shape as usize];
    let (kind, bytes, vectors) = match shape {
        Shape::Text(text) => {
            let plain = text.trim == Trim::None || text.trimmed();
            ("text", text.len, plain)
        }
        Shape::Packed(packed) => ("packed", packed.bytes, packed.width != Width::Other),
        Shape::Zoned(zoned) => {
            let separate = u32::from(zoned.places().1.is_some());
            (
                "zoned",
                zoned.digits + separate,
                zoned.width != Width::Other,
            )
        }
        Shape::Binary(binary) => ("binary", binary.bytes, binary.width != Width::Other),
        Shape::Other { size, .. } => ("other", *size, false),
    };
    let odd_text = matches!(shape, Shape::Text(_));
    let by = match shape {
        Shape::Other { .. } => PrintedBy::Reader,
        // Text that is trimmed otherwise has a way of its own, with vectors or without.
        _ if vectors || kernel == Kernel::Scalar || odd_text => PrintedBy::Kernel,
        _ => PrintedBy::Scalar,
    };
    Part {
        fields: Vec::new(),
        kind,
        by,
        together,
        bytes: bytes as usize,
        slots: Vec::new(),
    }
}

/// The keys of every elementary field, as the output nests them.
fn collect(nodes: &[Node], around: &str, paths: &mut HashMap<FieldId, String>) {
    for node in nodes {
        let path = match (around, node.key.as_str()) {
            (_, "") => around.to_owned(),
            ("", key) => key.to_owned(),
            (around, key) => format!("{around}.{key}"),
        };
        match &node.body {
            Body::Group { children, object } => {
                let inner = if *object { &path } else { around };
                collect(children, inner, paths);
            }
            Body::Leaf(_) => {
                paths.insert(node.id, path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::DecodeOptions;
    use crate::decode::{KernelChoice, Report};
    use crate::schema::Schema;

    const COPYBOOK: &str = "01 R. 05 KIND PIC X(2). 05 N PIC 9(2).
        05 A PIC S9(5)V99 COMP-3. 05 B PIC S9(5)V99 COMP-3. 05 C PIC S9(5)V99 COMP-3.
        05 T OCCURS 2. 10 T1 PIC X(3). 10 T2 PIC 9(4) COMP.
        05 F COMP-2. 05 V PIC X(4) OCCURS 0 TO 9 DEPENDING ON N.";

    fn decoder(kernel: Option<KernelChoice>) -> Decoder {
        let options = DecodeOptions {
            kernel,
            ..DecodeOptions::default()
        };
        let schema = Schema::parse(COPYBOOK).expect("a copybook");
        Decoder::new(&schema, &options).expect("a decoder")
    }

    /// KIND, N = 2, three numbers, two elements, a float, two elements.
    fn record() -> Vec<u8> {
        let packed = [0x12, 0x34, 0x56, 0x7C];
        [
            &[0xC1, 0xC2, 0xF0, 0xF2][..],
            &packed,
            &packed,
            &packed,
            &[0xC1, 0xC1, 0xC1, 0, 7, 0xC2, 0xC2, 0xC2, 0, 8],
            &[0x41, 0x10, 0, 0, 0, 0, 0, 0],
            &[0xC4; 8],
        ]
        .concat()
    }

    #[test]
    fn every_printed_field_is_in_one_part() {
        for kernel in Kernel::available() {
            let choice = kernel.name().parse().expect("its own name");
            let parts = decoder(Some(choice)).parts().expect("a kernel");
            let fields: Vec<_> = parts.iter().map(|part| part.fields.join(" ")).collect();
            assert_eq!(fields, ["KIND", "N", "A B C", "T.T1", "T.T2", "F", "V"]);
            let numbers = &parts[2];
            assert_eq!(
                (numbers.kind, numbers.bytes, numbers.together),
                ("packed", 4, 3)
            );
            assert_eq!(numbers.by, PrintedBy::Kernel);
            assert_eq!(parts[5].by, PrintedBy::Reader);
            // Both elements.
            assert_eq!(parts[3].slots.len(), 2);
        }
    }

    /// Whatever is printed by one part is there once in what all of them print.
    #[test]
    fn parts_print_their_fields_and_nothing_else() {
        for kernel in Kernel::available() {
            let choice = kernel.name().parse().expect("its own name");
            let all = decoder(Some(choice));
            let print = |decoder: &Decoder| {
                let (mut out, mut report) = (Vec::new(), Report::default());
                let printed = decoder.decode_record(&record(), &mut out, &mut report);
                printed.expect("a right record");
                String::from_utf8(out).expect("text")
            };
            let nothing = print(&all.only(None));
            assert!(
                !nothing.contains("KIND") && !nothing.contains("12345"),
                "{nothing}"
            );
            let parts = all.parts().expect("a kernel");
            let numbers = print(&all.only(Some(&parts[2])));
            assert_eq!(numbers.matches("12345.67").count(), 3, "{numbers}");
            assert!(
                !numbers.contains("AAA") && !numbers.contains("DDDD"),
                "{numbers}"
            );
            let table = print(&all.only(Some(&parts[6])));
            assert_eq!(table.matches("DDDD").count(), 2, "{table}");
        }
    }

    #[test]
    fn a_record_that_only_the_reader_can_judge_is_suspect() {
        let all = decoder(None);
        let suspects = |decoder: &Decoder, record: &[u8]| decoder.suspects(record, record.len());
        assert!(!suspects(&all, &record()));
        let mut odd = record();
        odd[7] = 0x7A;
        assert!(suspects(&all, &odd));
        assert!(!suspects(&all.only(None), &odd), "nothing of it is printed");
        assert!(suspects(&all, &[0; 1000]), "longer than any record");
    }

    #[test]
    fn parts_alike_can_be_merged() {
        let schema =
            Schema::parse("01 R. 05 A PIC X(3). 05 B PIC 9(3). 05 C PIC X(3). 05 D PIC X(4).");
        let decoder = Decoder::new(&schema.expect("a copybook"), &DecodeOptions::default());
        let parts = decoder.expect("a decoder").parts().expect("a kernel");
        assert_eq!(parts.len(), 4);
        let merged = Part::merged(parts);
        let fields: Vec<_> = merged.iter().map(|part| part.fields.join(" ")).collect();
        assert_eq!(fields, ["A C", "B", "D"]);
    }
}
