//! Our own decoder behind the protocol of docs/protocol.md, so that it is measured from where the
//! others are.
//!
//! With the argument `process`, what is measured is `bench decode` with one thread, from a file to a
//! file; the driver says where that program is. The name of a kernel, `scalar` for example, forces
//! that one. With `copy`, the first decoding is kept and every later one copies its output, which
//! shows how much of the time is spent on writing.

mod in_memory;
mod whole_process;

use std::env;
use std::process::ExitCode;

use workload::copybook_decode::VERSION;

use in_memory::{InMemory, Variant};

fn main() -> ExitCode {
    let argument = env::args().nth(1);
    match argument.as_deref() {
        None => in_memory("copybook-decode", Variant::Decode(None)),
        Some("process") => whole_process::serve(),
        Some("copy") => in_memory("copy-of-output", Variant::Copy),
        Some(word) => match word.parse() {
            Ok(kernel) => {
                let name = format!("copybook-decode-{word}");
                in_memory(&name, Variant::Decode(Some(kernel)))
            }
            Err(error) => {
                eprintln!("error: expected nothing, `process`, `copy`, or a kernel: {error}");
                ExitCode::from(2)
            }
        },
    }
}

fn in_memory(name: &str, variant: Variant) -> ExitCode {
    adapter::serve(
        || Ok(adapter::built!(adapter::hello(name, VERSION))),
        |_, records| InMemory::prepare(records, variant),
    )
}
