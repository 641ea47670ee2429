//! A case that does more than it should, by a known share: what a gate must find.

use copybook_decode::Decoder;
use copybook_decode::decode::{KernelChoice, Report};

use super::{Case, CaseError, decoder};
use crate::check::{self, Verified};
use crate::lines::Style;
use crate::workload::Workload;

/// A case whose records are followed by a share of the same records once more. The very loop that
/// decodes them runs so much longer: work of another kind, or elsewhere in memory, would cost a share
/// of the time that nobody knows. Whatever the share, 0 included, the buffers have the same sizes, so that
/// the memory of all arms of a comparison is laid out alike.
pub struct Burdened {
    workload: Workload,
    style: Style,
    decoder: Decoder,
    /// The workload's records, and the first ones again.
    data: Vec<u8>,
    /// Of the workload's records.
    bytes: usize,
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
        workload: &Workload,
        style: Style,
        kernel: Option<KernelChoice>,
        percent: f64,
    ) -> Result<Self, CaseError> {
        let length = workload.record_length();
        let plain = workload.data();
        let bytes = plain.len();
        let records = (bytes / length) as f64;
        let extra = (records * percent / 100.0).round();
        if !(0.0..=100.0).contains(&percent) || (percent > 0.0 && extra < 1.0) {
            return Err(CaseError::new(format!(
                "expected extra work of 0 to 100 %, and of none or at least one of {records} records, found {percent} %"
            )));
        }
        let decoder = decoder(workload, style, kernel)?;
        let mut out = Vec::new();
        let mut report = Report::default();
        decoder
            .decode_fixed(&plain, &mut out, &mut report)
            .map_err(CaseError::new)?;
        out.clear();
        out.reserve_exact(2 * out.capacity());
        let mut data = Vec::with_capacity(2 * bytes);
        data.extend_from_slice(&plain);
        data.extend_from_slice(&plain[..extra as usize * length]);
        Ok(Self {
            workload: workload.clone(),
            style,
            decoder,
            data,
            bytes,
            out,
        })
    }

    /// The output of the workload's records, and that of those which come again.
    fn split(&self) -> (&[u8], &[u8]) {
        let extra = (self.data.len() - self.bytes) / self.workload.record_length();
        let Some(lines) = extra.checked_sub(1) else {
            return (&self.out, &[]);
        };
        // From the end, where there are fewer lines; the last byte ends the last of them.
        let last = self.out.len().saturating_sub(1);
        let mut ends = memchr::memrchr_iter(b'\n', &self.out[..last]);
        let end = ends.nth(lines).map_or(0, |end| end + 1);
        self.out.split_at(end)
    }
}

impl Case for Burdened {
    fn bytes(&self) -> u64 {
        self.bytes as u64
    }

    fn run(&mut self) -> Result<(), CaseError> {
        self.out.clear();
        let mut report = Report::default();
        self.decoder
            .decode_fixed(&self.data, &mut self.out, &mut report)
            .map_err(CaseError::new)
    }

    fn check(&self) -> Result<Verified, CaseError> {
        let (answer, again) = self.split();
        let verified = check::verify(&self.workload, self.style, answer).map_err(CaseError::new)?;
        if !answer.starts_with(again) {
            return Err(CaseError::new(
                "expected the same output of the same records, found another where they come again",
            ));
        }
        Ok(verified)
    }

    fn digest(&self) -> String {
        check::sha256(self.split().0)
    }

    fn kernel(&self) -> Option<&'static str> {
        Some(self.decoder.kernel())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn records_that_come_again_change_the_time_and_not_the_answer() {
        let (all, _) = catalog::all();
        let benchmark = all
            .iter()
            .find(|one| one.name().starts_with("slo_validation/comp3"))
            .expect("the catalogue has it");
        let workload = benchmark.fixed_records().expect("of fixed length").clone();
        let mut plain = benchmark.prepare(None).expect("a case");
        let of =
            |percent| Burdened::new(&workload, Style::default(), None, percent).expect("a case");
        let (mut burdened, mut none) = (of(5.0), of(0.0));
        none.run().expect("decodes");
        none.check().expect("right");
        assert_eq!(none.data.len(), none.bytes);
        assert_eq!(none.data.capacity(), burdened.data.capacity());
        assert_eq!(none.out.capacity(), burdened.out.capacity());
        plain.run().expect("decodes");
        burdened.run().expect("decodes");
        assert_eq!(burdened.bytes(), plain.bytes());
        assert_eq!(burdened.data.len() * 100, burdened.bytes * 105);
        assert_eq!(
            burdened.check().expect("right"),
            plain.check().expect("right")
        );
        assert_eq!(burdened.digest(), plain.digest());
        assert_eq!(none.digest(), plain.digest());
        assert_eq!(none.out.capacity(), burdened.out.capacity(), "it grew");

        // Of what comes again, too, every byte counts.
        let at = burdened.out.len() - 3;
        burdened.out[at] ^= 1;
        assert!(burdened.check().is_err());
        burdened.out[at] ^= 1;
        burdened.out.clear();
        assert!(burdened.check().is_err());
    }

    #[test]
    fn a_share_that_is_none_is_refused() {
        let (all, _) = catalog::all();
        let workload = all.iter().find_map(|one| one.fixed_records()).expect("one");
        for percent in [-1.0, 101.0, 1e-9, f64::NAN] {
            assert!(
                Burdened::new(workload, Style::default(), None, percent).is_err(),
                "{percent}"
            );
        }
    }
}
