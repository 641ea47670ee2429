//! Where the output goes ends the decoding.

use std::io::{self, Write};
use std::num::NonZeroUsize;

use copybook_decode::decode::OnError;
use copybook_decode::stream::Cause;
use copybook_decode::{decode_blocks, decode_stream};

use super::file::{decoder, file, fixed, format};

/// Output that breaks off ends the decoding on every thread, with the system's error.
#[test]
fn a_write_error_ends_all_threads() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.0.checked_sub(bytes.len()) {
                Some(left) => self.0 = left,
                None => return Err(io::ErrorKind::BrokenPipe.into()),
            }
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let data = file(fixed(), 10_000, &[]);
    for threads in [1, 2, 4] {
        let threads = NonZeroUsize::new(threads).unwrap();
        let decoder = decoder(OnError::Stop);
        let error = decode_stream(
            &decoder,
            &format(fixed()),
            threads,
            &data[..],
            Full(700_000),
        );
        let cause = error.unwrap_err().cause;
        assert!(
            matches!(&cause, Cause::Write(error) if error.kind() == io::ErrorKind::BrokenPipe),
            "{cause}"
        );
    }
}

/// A sink that panics ends the call with its panic; no thread waits for ever.
#[test]
fn a_panic_of_the_sink_reaches_the_caller() {
    let data = file(fixed(), 10_000, &[]);
    let outcome = std::panic::catch_unwind(|| {
        let threads = NonZeroUsize::new(3).unwrap();
        decode_blocks(
            &decoder(OnError::Stop),
            &format(fixed()),
            threads,
            &data,
            |_| panic!("enough"),
        )
    });
    assert!(outcome.is_err());
}
