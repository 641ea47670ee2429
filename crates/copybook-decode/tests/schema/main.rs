//! What copybooks say: one program of tests, since each program is linked with all that it tests.

#[path = "../support/check.rs"]
mod check;
mod copy;
mod directives;
#[path = "../support/encode.rs"]
mod encode;
#[path = "../support/real_data.rs"]
mod given;
mod gnucobol;
mod layouts;
mod pictures;
mod properties;
mod slack;
mod text;
