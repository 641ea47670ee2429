//! `bench`: answers "is this decoder still fast enough, and can I believe the number?"

fn main() {}
