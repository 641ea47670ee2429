//! A suite for `bench run`, and for `cargo bench`: every answer is verified before it is timed.

use std::process::ExitCode;

use instrument::answer::Answer;
use instrument::suite::{Built, Suite};

fn main() -> ExitCode {
    let input: Vec<u8> = (0..1 << 20).map(|n| (n * 31 % 251) as u8).collect();
    // The answer comes from the values, never from the code under test.
    let expected: String = input.iter().map(|byte| format!("{byte:02x}")).collect();

    let mut suite = Suite::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    suite.built(Built {
        toolchain: Some(env!("BUILT_TOOLCHAIN")),
        rustc: Some(env!("BUILT_RUSTC")),
        flags: Some(instrument_flags::flags!()),
        profile: Some(instrument_flags::profile!()),
        sources: Some(env!("BUILT_SOURCES")),
    });
    suite.bench(
        "hex/encode",
        input.len() as u64,
        Vec::new(), // the output, which both functions below see
        |output| {
            output.clear();
            example::encode(&input, output);
        },
        |output| Ok(Answer::expect(1, expected.as_bytes(), output)?),
    );
    suite.main()
}
