//! Compiles into the suite what it is built from: its receipts say so.

fn main() {
    instrument_build::emit();
}
