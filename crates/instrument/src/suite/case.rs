//! What a benchmark runs: something that can be verified, and then repeated.

use std::fmt::Display;

use criterion::Bencher;

use super::Failure;
use crate::answer::Answer;

/// Something to time, with an answer that can be checked.
pub trait Case {
    /// Does it once. The answer stays where [`Case::check`] sees it.
    ///
    /// # Errors
    ///
    /// What went wrong, naming the record.
    fn run(&mut self) -> Result<(), Failure>;

    /// Compares the answer of the last run with what it should be.
    ///
    /// # Errors
    ///
    /// The first difference.
    fn check(&mut self) -> Result<Answer, Failure>;

    /// SHA-256 of the answer of the last run, which is the same before and after timing. Override it
    /// where comparing takes much longer.
    ///
    /// # Errors
    ///
    /// As [`Case::check`].
    fn digest(&mut self) -> Result<String, Failure> {
        Ok(self.check()?.output_sha256)
    }

    /// The implementations that this very case runs; `None` where there is only one.
    fn kernels(&self) -> Option<Vec<String>> {
        None
    }

    /// Times as many runs as Criterion asks for. One call for many runs, so that each of them costs
    /// nothing but itself.
    ///
    /// # Errors
    ///
    /// Of the first run that failed; the others are left out.
    fn time(&mut self, bencher: &mut Bencher<'_>) -> Result<(), Failure> {
        let mut failed = None;
        bencher.iter(|| {
            if failed.is_none() {
                failed = self.run().err();
            }
        });
        failed.map_or(Ok(()), Err)
    }
}

/// What a function to time may return.
pub trait Fallible {
    /// Its failure, if it can fail and did.
    ///
    /// # Errors
    ///
    /// That failure.
    fn result(self) -> Result<(), Failure>;
}

impl Fallible for () {
    fn result(self) -> Result<(), Failure> {
        Ok(())
    }
}

impl<E: Display> Fallible for Result<(), E> {
    fn result(self) -> Result<(), Failure> {
        self.map_err(|error| error.to_string().into())
    }
}

/// Two functions over one state.
pub(super) struct Functions<S, R, C> {
    pub(super) state: S,
    pub(super) run: R,
    pub(super) check: C,
}

impl<S, R, C, O> Case for Functions<S, R, C>
where
    R: FnMut(&mut S) -> O,
    C: FnMut(&mut S) -> Result<Answer, Failure>,
    O: Fallible,
{
    #[inline]
    fn run(&mut self) -> Result<(), Failure> {
        (self.run)(&mut self.state).result()
    }

    fn check(&mut self) -> Result<Answer, Failure> {
        (self.check)(&mut self.state)
    }
}
