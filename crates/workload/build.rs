//! Compiles into the suite where it comes from.

fn main() {
    instrument_build::emit();
}
