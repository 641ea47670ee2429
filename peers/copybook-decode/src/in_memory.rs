//! The decoder, called on records in memory.

use std::{fs, mem};

use adapter::{Peer, Records};
use anyhow::{Context, Error, Result, bail};
use workload::copybook_decode::decode::{KernelChoice, Report};
use workload::copybook_decode::{DecodeOptions, Decoder, Schema};

/// What is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Decoding, by the best kernel or by this one.
    Decode(Option<KernelChoice>),
    /// Copying the output of the first decoding.
    Copy,
}

pub struct InMemory {
    schema: Schema,
    decoder: Decoder,
    variant: Variant,
    data: Vec<u8>,
    out: Vec<u8>,
    /// The output of the first decoding, where it is to be copied.
    first: Vec<u8>,
}

impl InMemory {
    pub fn prepare(records: &Records, variant: Variant) -> Result<Self> {
        let read = |path| {
            fs::read(path).with_context(|| format!("reading {}", records.copybook.display()))
        };
        let text = String::from_utf8(read(&records.copybook)?)?;
        let schema = Schema::parse(&text)?;
        let kernel = match variant {
            Variant::Decode(kernel) => kernel,
            Variant::Copy => None,
        };
        Ok(InMemory {
            decoder: decoder(&schema, kernel)?,
            schema,
            variant,
            data: read(&records.data)?,
            out: Vec::new(),
            first: Vec::new(),
        })
    }
}

fn decoder(schema: &Schema, kernel: Option<KernelChoice>) -> Result<Decoder> {
    let options = DecodeOptions {
        kernel,
        ..DecodeOptions::default()
    };
    Ok(Decoder::new(schema, &options)?)
}

impl Peer for InMemory {
    fn force(&mut self, kernel: &str) -> Result<()> {
        if self.variant != Variant::Decode(None) {
            bail!(
                "expected no kernel (--kernel), since this subject has its own, found `{kernel}`"
            );
        }
        let kernel = kernel.parse().map_err(Error::msg)?;
        self.decoder = decoder(&self.schema, Some(kernel))?;
        Ok(())
    }

    /// A copy is made by none.
    fn kernels(&self) -> Option<Vec<String>> {
        match self.variant {
            Variant::Decode(_) => Some(vec![self.decoder.kernel().to_owned()]),
            Variant::Copy => None,
        }
    }

    fn decode(&mut self) -> Result<()> {
        self.out.clear();
        if !self.first.is_empty() {
            self.out.extend_from_slice(&self.first);
            return Ok(());
        }
        let mut report = Report::default();
        self.decoder
            .decode_fixed(&self.data, &mut self.out, &mut report)?;
        if self.variant == Variant::Copy {
            // The copy is what is checked.
            mem::swap(&mut self.first, &mut self.out);
            self.out.extend_from_slice(&self.first);
        }
        Ok(())
    }

    fn output(&mut self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
        adapter::output_in_memory(&self.out, line)
    }
}
