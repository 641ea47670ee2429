//! Compiles into the adapter what it is built with.

fn main() {
    instrument_build::emit();
}
