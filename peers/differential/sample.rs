//! One random copybook with records, and a run over many.

use std::env;

use anyhow::{Context, Result};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use workload::copybook_decode::codepage::CodePage;
use workload::copybook_decode::decode::{FloatFormat, Groups, Report, Signs};
use workload::copybook_decode::{DecodeOptions, Decoder, Schema};
use workload::encode::{self, Characters, Encoding, Floats, Order};
use workload::model::Description;
use workload::value::Drawing;

use crate::fields::{self, Difference, Fields};
use crate::random::{self, Limits};

/// Records of every sample.
pub const RECORDS: u64 = 40;

/// A random copybook with the seed of its records.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The copybook.
    pub description: Description,
    /// Of the values.
    pub seed: u64,
    /// Of the DISPLAY fields.
    pub characters: Characters,
    /// Of COMP-1 and COMP-2.
    pub floats: Floats,
}

/// What a run draws.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// What a copybook may have.
    pub limits: Limits,
    /// One of these a sample.
    pub characters: &'static [Characters],
    /// Of all samples.
    pub floats: Floats,
    /// Samples, unless the environment says how many.
    pub cases: u32,
    /// Whether to look for a smaller sample once there is a difference.
    pub shrink: bool,
}

/// What was compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// Copybooks.
    pub copybooks: u64,
    /// Records.
    pub records: u64,
    /// Values of fields.
    pub values: u64,
    /// Offsets and lengths of fields.
    pub places: u64,
    /// Edited fields that a MOVE wrote once more.
    pub edited: u64,
}

impl Sample {
    /// As parsed by us.
    ///
    /// # Errors
    ///
    /// A copybook that we refuse.
    pub fn schema(&self) -> Result<Schema> {
        Ok(Schema::parse(&self.description.copybook())?)
    }

    /// All records, each at its greatest length.
    pub fn data(&self, native: Order) -> Vec<u8> {
        let drawing = Drawing::new(&self.description, self.seed);
        let encoding = self.encoding(native);
        let mut data = Vec::new();
        for index in 0..RECORDS {
            encode::record(
                &self.description,
                encoding,
                &drawing.record(index),
                &mut data,
            );
        }
        data
    }

    /// The records as we decode them from big-endian bytes.
    ///
    /// # Errors
    ///
    /// What we do not decode.
    pub fn ours(&self) -> Result<Vec<Fields>> {
        let decoder = Decoder::new(&self.schema()?, &self.options())?;
        let (mut out, mut report) = (Vec::new(), Report::default());
        decoder.decode_fixed(&self.data(Order::BigEndian), &mut out, &mut report)?;
        String::from_utf8(out)?
            .lines()
            .map(fields::of_json)
            .collect()
    }

    /// How we decode it.
    pub fn options(&self) -> DecodeOptions {
        DecodeOptions {
            code_page: match self.characters {
                Characters::Cp037 => CodePage::Cp037,
                Characters::Ascii | Characters::AsciiSigned => CodePage::Ascii,
            },
            signs: match self.characters {
                Characters::Cp037 | Characters::Ascii => Signs::Strict,
                // Plain digits for positive ones.
                Characters::AsciiSigned => Signs::Lenient,
            },
            floats: match self.floats {
                Floats::Ibm => FloatFormat::Ibm,
                Floats::IbmLittle => FloatFormat::IbmLittle,
                Floats::IeeeBig => FloatFormat::IeeeBig,
                Floats::IeeeLittle => FloatFormat::IeeeLittle,
            },
            groups: Groups::Flat,
            ..DecodeOptions::default()
        }
    }

    fn encoding(&self, native: Order) -> Encoding {
        Encoding {
            characters: self.characters,
            floats: self.floats,
            native,
            ..Encoding::default()
        }
    }
}

/// Compares sample after sample; stops at the first difference and looks for a smaller copybook that
/// has one.
///
/// # Errors
///
/// The differences of one sample.
pub fn run(
    plan: Plan,
    compare: impl Fn(&Sample, &mut Figures) -> Result<Vec<Difference>>,
) -> Result<Figures> {
    let config = Config {
        cases: number("DIFFERENTIAL_CASES")?.map_or(plan.cases, |n| n as u32),
        failure_persistence: None,
        max_shrink_iters: if plan.shrink { 60 } else { 0 },
        ..Config::default()
    };
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number("DIFFERENTIAL_SEED")?.unwrap_or(1).to_le_bytes());
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let characters = prop::sample::select(plan.characters);
    let samples = (random::descriptions(plan.limits), any::<u64>(), characters).prop_map(
        |(description, seed, characters)| Sample {
            description,
            seed,
            characters,
            floats: plan.floats,
        },
    );
    let figures = std::cell::Cell::new(Figures::default());
    let outcome = runner.run(&samples, |sample| {
        let mut after = figures.get();
        let differences = compare(&sample, &mut after)
            .map_err(|error| TestCaseError::fail(format!("{error:#}")))?;
        if differences.is_empty() {
            figures.set(after);
            return Ok(());
        }
        let lines: Vec<String> = differences
            .iter()
            .take(20)
            .map(ToString::to_string)
            .collect();
        Err(TestCaseError::fail(lines.join("\n")))
    });
    outcome.map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(figures.get())
}

fn number(name: &str) -> Result<Option<u64>> {
    let Some(text) = env::var_os(name) else {
        return Ok(None);
    };
    let text = text.to_string_lossy();
    text.parse()
        .map(Some)
        .with_context(|| format!("{name}: expected a number, found {text}"))
}
