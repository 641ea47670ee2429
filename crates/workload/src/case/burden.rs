//! A case that does more than it should, by a known share: what a gate must find.

use copybook_decode::Decoder;
use copybook_decode::decode::{KernelChoice, Report};

use super::{Case, CaseError, decoder};
use crate::check::Verified;
use crate::lines::Style;
use crate::workload::Workload;

/// A case and, before each run of it, the decoding of a share of the same records once more, into an
/// output of its own: so much more work of the very same kind, whatever machine it runs on.
pub struct Burdened {
    case: Box<dyn Case>,
    decoder: Decoder,
    extra: Vec<u8>,
    out: Vec<u8>,
}

impl Burdened {
    /// Adds `percent` of the workload's records to a case of that workload, rounded to whole records.
    ///
    /// # Errors
    ///
    /// The share is not between 0 and 100, or rounds to no record; the forced kernel does not run
    /// here.
    pub fn new(
        case: Box<dyn Case>,
        workload: &Workload,
        style: Style,
        kernel: Option<KernelChoice>,
        percent: f64,
    ) -> Result<Self, CaseError> {
        let length = workload.record_length();
        let data = workload.data();
        let records = (data.len() / length) as f64;
        let extra = (records * percent / 100.0).round();
        if !(percent > 0.0 && percent <= 100.0 && extra >= 1.0) {
            return Err(CaseError::new(format!(
                "expected extra work of more than 0 and at most 100 %, and of at least one of {records} records, found {percent} %"
            )));
        }
        Ok(Self {
            case,
            decoder: decoder(workload, style, kernel)?,
            extra: data[..extra as usize * length].to_vec(),
            out: Vec::new(),
        })
    }
}

impl Case for Burdened {
    fn bytes(&self) -> u64 {
        self.case.bytes()
    }

    fn run(&mut self) -> Result<(), CaseError> {
        self.out.clear();
        let mut report = Report::default();
        self.decoder
            .decode_fixed(&self.extra, &mut self.out, &mut report)
            .map_err(CaseError::new)?;
        self.case.run()
    }

    fn check(&self) -> Result<Verified, CaseError> {
        self.case.check()
    }

    fn digest(&self) -> String {
        self.case.digest()
    }

    fn kernel(&self) -> Option<&'static str> {
        self.case.kernel()
    }
}
