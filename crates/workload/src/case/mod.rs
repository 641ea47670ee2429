//! What a benchmark runs: something that can be verified, and then repeated.

use std::fmt;

use copybook_decode::decode::{KernelChoice, Report};
use copybook_decode::schema::Field;
use copybook_decode::{DecodeOptions, Decoder, Schema};

use crate::check::{self, Verified};
use crate::lines::Style;
use crate::workload::Workload;

pub mod burden;
pub mod custom;
pub mod streaming;

/// Something to time, with an answer that can be checked.
pub trait Case {
    /// Input bytes of one run.
    fn bytes(&self) -> u64;

    /// Does it once. The answer stays where [`Case::check`] and [`Case::digest`] see it.
    ///
    /// # Errors
    ///
    /// What went wrong, naming the record.
    fn run(&mut self) -> Result<(), CaseError>;

    /// Compares the answer of the last run with what it should be.
    ///
    /// # Errors
    ///
    /// The first difference.
    fn check(&self) -> Result<Verified, CaseError>;

    /// SHA-256 of the answer of the last run: the same before and after timing.
    fn digest(&self) -> String;

    /// The kernel that decodes; `None` where nothing is decoded.
    fn kernel(&self) -> Option<&'static str> {
        None
    }
}

/// Why a benchmark can not run.
#[derive(Debug)]
pub struct CaseError(String);

impl CaseError {
    /// From whatever went wrong.
    pub fn new(error: impl fmt::Display) -> Self {
        CaseError(error.to_string())
    }
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CaseError {}

/// Fixed-length records, decoded whole, in memory, into an output that is reused.
pub struct Decoding {
    workload: Workload,
    style: Style,
    decoder: Decoder,
    data: Vec<u8>,
    out: Vec<u8>,
}

impl Decoding {
    /// Generates the data and compiles the plan.
    ///
    /// # Errors
    ///
    /// The forced kernel does not run here.
    pub fn new(
        workload: Workload,
        style: Style,
        kernel: Option<KernelChoice>,
    ) -> Result<Self, CaseError> {
        let decoder = decoder(&workload, style, kernel)?;
        let data = workload.data();
        Ok(Decoding {
            workload,
            style,
            decoder,
            data,
            out: Vec::new(),
        })
    }
}

impl Case for Decoding {
    fn bytes(&self) -> u64 {
        self.data.len() as u64
    }

    fn run(&mut self) -> Result<(), CaseError> {
        self.out.clear();
        let mut report = Report::default();
        self.decoder
            .decode_fixed(&self.data, &mut self.out, &mut report)
            .map_err(CaseError::new)
    }

    fn check(&self) -> Result<Verified, CaseError> {
        check::verify(&self.workload, self.style, &self.out).map_err(CaseError::new)
    }

    fn digest(&self) -> String {
        check::sha256(&self.out)
    }

    fn kernel(&self) -> Option<&'static str> {
        Some(self.decoder.kernel())
    }
}

/// Parsing a copybook. The answer is every elementary field's name, offset and size, which the
/// description says as well.
pub struct Parsing {
    workload: Workload,
    copybook: String,
    /// What the last run made of it.
    schema: Option<Schema>,
}

impl Parsing {
    /// Parses the copybook of this workload.
    pub fn new(workload: Workload) -> Self {
        let copybook = workload.copybook();
        Parsing {
            workload,
            copybook,
            schema: None,
        }
    }

    /// Every field's name, offset and size, as the last run found them.
    fn layout(&self) -> String {
        let fields = self.schema.iter().flat_map(Schema::fields);
        let line =
            |field: &Field| format!("{} {} {}\n", field.name(), field.offset(), field.size());
        fields.map(line).collect()
    }
}

impl Case for Parsing {
    fn bytes(&self) -> u64 {
        self.copybook.len() as u64
    }

    fn run(&mut self) -> Result<(), CaseError> {
        self.schema = Some(Schema::parse(&self.copybook).map_err(CaseError::new)?);
        Ok(())
    }

    fn check(&self) -> Result<Verified, CaseError> {
        let expected = self.workload.description.layout();
        let layout = self.layout();
        let mut lines = expected.lines().zip(layout.lines()).enumerate();
        if let Some((i, (expected, found))) = lines.find(|(_, (expected, found))| expected != found)
        {
            let message = format!(
                "wrong layout at entry {} (name, offset, size): expected {expected}, found {found}",
                i + 1
            );
            return Err(CaseError(message));
        }
        if expected != layout {
            let (expected, found) = (expected.lines().count(), layout.lines().count());
            return Err(CaseError(format!(
                "expected {expected} entries, found {found}"
            )));
        }
        let entries = expected.lines().count() as u64;
        Ok(Verified::of(
            check::Against::Values,
            entries,
            layout.as_bytes(),
        ))
    }

    fn digest(&self) -> String {
        check::sha256(self.layout().as_bytes())
    }
}

/// The decoder for a workload, with its output in the given style.
///
/// # Errors
///
/// The forced kernel does not run here.
pub fn decoder(
    workload: &Workload,
    style: Style,
    kernel: Option<KernelChoice>,
) -> Result<Decoder, CaseError> {
    let schema = Schema::parse(&workload.copybook()).map_err(CaseError::new)?;
    let options = DecodeOptions {
        decimals: style.decimals,
        trim: style.trim,
        groups: style.groups,
        names: style.names,
        only: style.only.iter().map(|&name| name.to_owned()).collect(),
        fillers: style.fillers,
        kernel,
        ..DecodeOptions::default()
    };
    Decoder::new(&schema, &options).map_err(CaseError::new)
}
