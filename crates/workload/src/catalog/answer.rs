//! What a right decoder answers, from the encoded values alone: nothing is decoded.

use instrument::answer::Answer;
use instrument::wire::Against;
use sha2::{Digest as _, Sha256};

use super::{Benchmark, Kind};
use crate::canonical;
use crate::lines::Style;
use crate::workload::Workload;

impl Benchmark {
    /// Records and output that this benchmark is verified by; `None` for the user's own data, whose
    /// values are not known here.
    pub fn answer(&self) -> Option<Answer> {
        match &self.kind {
            Kind::Decode(workload, style) => Some(lines(workload, *style)),
            Kind::Stream(workload, ..) => Some(lines(workload, Style::default())),
            Kind::Parse(workload) => {
                let layout = workload.description.layout();
                let entries = layout.lines().count() as u64;
                Some(Answer::of(Against::Values, entries, layout.as_bytes()))
            }
            Kind::Custom(_) => None,
        }
    }

    /// The same for another decoder, whose answer is compared in its canonical form; `None` where no
    /// other decoder is asked.
    pub fn canonical_answer(&self) -> Option<Answer> {
        let workload = self.fixed_records()?;
        let fields = workload.description.spellings();
        let mut sum = Sum::default();
        each_line(workload, Style::default(), |line| {
            let line = canonical::canonical_line(line, &fields).ok()?;
            sum.add(line.as_bytes());
            sum.add(b"\n");
            Some(())
        })?;
        Some(sum.answer(Against::CanonicalValues, workload.records))
    }
}

fn lines(workload: &Workload, style: Style) -> Answer {
    let mut sum = Sum::default();
    each_line(workload, style, |line| {
        sum.add(line.as_bytes());
        Some(())
    });
    sum.answer(Against::Values, workload.records)
}

/// One line at a time: a data set's output can be hundreds of megabytes.
fn each_line(
    workload: &Workload,
    style: Style,
    mut take: impl FnMut(&str) -> Option<()>,
) -> Option<()> {
    let (drawing, mut line) = (workload.drawing(), String::new());
    for index in 0..workload.records {
        line.clear();
        workload.expected_line(&drawing, index, style, &mut line);
        take(&line)?;
    }
    Some(())
}

#[derive(Default)]
struct Sum {
    hash: Sha256,
    bytes: u64,
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    fn answer(self, against: Against, records: u64) -> Answer {
        let digest = self.hash.finalize();
        Answer {
            against,
            records,
            output_bytes: self.bytes,
            output_sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}
