//! The decoder: a compiled plan and what to do with records that it cannot read.

mod careful;
mod equal;
mod fixed;
mod kinds;
mod patched;
mod pieces;
mod single;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::kernel::Kernel;
use crate::program::plan::Program;
use crate::program::tree::Tree;
use crate::program::{NamedFields, PlanError, compile, most};
use crate::record::{FileFormat, Framing, Measure, Records};
use crate::schema::Schema;
use crate::value::charset::Charset;

use super::DecodeOptions;
use super::measure::LengthItem;
use super::names::named_fields;
use super::select::Selector;

/// Turns records of one copybook into JSON Lines.
///
/// The output has one object a record and no white space. Every field that is not FILLER is
/// printed once, in source order:
///
/// - a table is an array, as long as its DEPENDING ON says;
/// - a group is an object ([`Groups::Nested`](super::Groups)); a single level-01 group is the
///   record's object itself, so its name is not printed; several level-01 groups are one key each,
///   all views of the same bytes;
/// - a group named FILLER is no object: its fields are printed in the enclosing one. A table named
///   FILLER needs a key, and takes `FILLER`;
/// - every REDEFINES view is printed, each decoded by its own picture;
/// - levels 66 and 88 name bytes and values that are printed already: they are left out;
/// - a key that a sibling before it has taken gets `-2`, `-3`, ... appended (snake case `_2`);
/// - PIC G is lower-case hexadecimal unless the code page has characters of two bytes, since no
///   copybook says which double-byte set it is in.
///
/// Cloning is cheap; a decoder can be used from any number of threads.
#[derive(Debug, Clone)]
pub struct Decoder {
    plan: Arc<Plan>,
    /// Instead of the file that the options name.
    file: Option<Arc<str>>,
}

#[derive(Debug)]
pub(super) struct Plan {
    pub(super) tree: Tree,
    pub(super) charset: Charset,
    pub(super) options: DecodeOptions,
    /// Most bytes that a record can print.
    most: usize,
    /// What the kernel runs; without it every record is left to the reader.
    pub(super) program: Option<Program>,
    pub(super) kernel: Kernel,
    /// Decoders of several kinds of records, which then do all the work.
    pub(super) selector: Option<Selector>,
    /// The field that says how long records are.
    pub(super) length_item: Option<LengthItem>,
    proofs: equal::Proofs,
}

/// Bytes that a record can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordLength {
    /// With every OCCURS DEPENDING ON at its minimum.
    pub min: usize,
    /// With every OCCURS DEPENDING ON at its maximum: the length of fixed-length records.
    pub max: usize,
}

impl Decoder {
    /// Compiles a plan.
    ///
    /// # Errors
    /// If the schema is empty or contradicts itself, asks for something that is not supported, or
    /// if a forced kernel does not run on this CPU.
    pub fn new(schema: &Schema, options: &DecodeOptions) -> Result<Decoder, PlanError> {
        Decoder::with(schema, options, &named_fields(schema, options)?)
    }

    /// The same, where the fields that the options name are found already.
    pub(super) fn with(
        schema: &Schema,
        options: &DecodeOptions,
        fields: &NamedFields,
    ) -> Result<Decoder, PlanError> {
        let choices = options.program();
        let tree = Tree::new(schema, &choices, fields)?;
        let charset = Charset::new(&options.code_page, options.signs);
        let kernel = Kernel::new(options.kernel)?;
        // Raw bytes beside fields are the reader's.
        let program = match options.raw {
            None => compile(&tree, &charset, &choices, kernel == Kernel::Scalar),
            Some(_) => None,
        };
        let selector = Selector::new(schema, options, fields)?;
        let length_item = LengthItem::new(schema, options, fields)?;
        let options = options.clone();
        let most = match &program {
            Some(program) => program.max_output,
            None => most(&tree, options.raw.is_some()),
        };
        let plan = Plan {
            most,
            tree,
            charset,
            options,
            program,
            kernel,
            selector,
            length_item,
            proofs: equal::Proofs::default(),
        };
        Ok(Decoder {
            plan: Arc::new(plan),
            file: None,
        })
    }

    /// The same decoder for a file of this name, which streams print
    /// ([`DecodeOptions::with_file`]).
    #[must_use]
    pub fn with_file(&self, name: &str) -> Decoder {
        Decoder {
            plan: self.plan.clone(),
            file: Some(name.into()),
        }
    }

    /// The name of the file that streams print.
    pub(crate) fn file(&self) -> Option<&str> {
        let given = self.plan.options.with_file.as_deref();
        self.file.as_deref().or(given)
    }

    /// The same decoder without a kernel: what kernels are tested against.
    #[cfg(test)]
    pub(crate) fn reader_only(&self) -> Decoder {
        self.running(None)
    }

    /// The same decoder of one kind of records that runs another program.
    pub(super) fn running(&self, program: Option<Program>) -> Decoder {
        let Plan {
            tree,
            charset,
            options,
            kernel,
            length_item,
            ..
        } = &*self.plan;
        let (tree, charset) = (tree.clone(), charset.clone());
        let plan = Plan {
            most: self.plan.most,
            tree,
            charset,
            options: options.clone(),
            program,
            kernel: *kernel,
            selector: None,
            length_item: length_item.clone(),
            proofs: equal::Proofs::default(),
        };
        Decoder {
            plan: Arc::new(plan),
            file: None,
        }
    }

    /// How long records are.
    #[must_use]
    pub fn record_length(&self) -> RecordLength {
        RecordLength {
            min: self.plan.tree.min,
            max: self.plan.tree.max,
        }
    }

    /// Most bytes that a record can print.
    pub(crate) fn max_output(&self) -> usize {
        self.plan.most
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The records of a file in memory, as this decoder reads them: where only their contents tell
    /// how long they are, it measures them.
    #[must_use]
    pub fn records<'a>(&self, format: &FileFormat, data: &'a [u8]) -> Records<'a> {
        format.records(data).measured(self.measure_of(format))
    }

    /// Who measures the records of a file, if only their contents tell how long they are.
    pub(crate) fn measure_of(&self, format: &FileFormat) -> Option<Arc<dyn Measure>> {
        (format.framing == Framing::Computed).then(|| Arc::new(self.clone()) as Arc<dyn Measure>)
    }

    /// The choices it was made with.
    pub(crate) fn options(&self) -> &DecodeOptions {
        &self.plan.options
    }

    /// The kernel that runs: `scalar`, `avx2`, `avx512` or `neon`; `reader` if none does, because
    /// raw bytes are asked for or records can print more than 16 MiB.
    #[must_use]
    pub fn kernel(&self) -> &'static str {
        if self.plan.program.is_some() {
            self.plan.kernel.name()
        } else {
            "reader"
        }
    }
}
