//! A suite of one benchmark: what another project needs to be measured by `bench run`.

use std::process::ExitCode;

use instrument::answer::Answer;
use instrument::suite::Suite;

fn main() -> ExitCode {
    let input = "copybook ".repeat(10_000).into_bytes();
    // From the values, never from the code under test.
    let expected = "COPYBOOK ".repeat(10_000).into_bytes();
    let mut suite = Suite::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    suite.bench(
        "ascii/upper",
        input.len() as u64,
        Vec::new(),
        |output: &mut Vec<u8>| {
            output.clear();
            output.extend(input.iter().map(u8::to_ascii_uppercase));
        },
        |output| Ok(Answer::expect(10_000, &expected, output)?),
    );
    suite.main()
}
