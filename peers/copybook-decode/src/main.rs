//! Our own decoder behind the peers' protocol, so that it is measured from where the others are.

use std::fs;

use anyhow::{Context, Result};
use protocol::{Identity, Job, Peer};
use workload::copybook_decode::decode::Report;
use workload::copybook_decode::{DecodeOptions, Decoder, Schema};

fn main() -> Result<()> {
    protocol::serve::<Ours>()
}

struct Ours {
    decoder: Decoder,
    data: Vec<u8>,
    out: Vec<u8>,
}

impl Peer for Ours {
    fn prepare(job: &Job) -> Result<Self> {
        let text = fs::read_to_string(&job.copybook)
            .with_context(|| format!("reading {}", job.copybook.display()))?;
        let decoder = Decoder::new(&Schema::parse(&text)?, &DecodeOptions::default())?;
        let data = fs::read(&job.data).with_context(|| format!("reading {}", job.data.display()))?;
        Ok(Ours { decoder, data, out: Vec::new() })
    }

    fn identity(&self) -> Identity {
        Identity {
            name: "copybook-decode".to_owned(),
            version: workload::copybook_decode::VERSION.to_owned(),
            toolchain: protocol::RUSTC.to_owned(),
        }
    }

    fn decode(&mut self) -> Result<()> {
        self.out.clear();
        let mut report = Report::default();
        Ok(self.decoder.decode_fixed(&self.data, &mut self.out, &mut report)?)
    }

    fn output(&mut self) -> Result<Vec<u8>> {
        Ok(self.out.clone())
    }
}
