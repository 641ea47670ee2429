//! The flags that the compiler of a program was really passed, as text in that program.
//!
//! A macro is expanded inside the compiler's own process, and that process's command line is the one
//! place where everything meets: `RUSTFLAGS`, configuration files, `[profile]` tables and variables
//! such as `CARGO_PROFILE_BENCH_LTO`. A build script sees only some of them.

mod command_line;

use proc_macro::{Literal, TokenStream, TokenTree};

/// The flags of this compilation that decide what the machine code is, in the order they were passed:
/// `opt-level=3 panic=abort lto=fat …`. Expand it in the program itself: a library of the same
/// build gets other ones (its code generation may wait for the link).
///
/// Left out: names and paths of crates and folders, so that the same source built in two folders
/// gives the same bytes. Of a value that is a path its file name stays (`profile-use=run.profdata`).
#[proc_macro]
pub fn flags(_: TokenStream) -> TokenStream {
    text(&command_line::flags(&command_line::arguments()))
}

/// Name of cargo's folder for this profile, an empty text where it can't be told: `release` for the
/// profiles `release` and `bench`, `debug` for `dev` and `test`, else the profile's own name.
#[proc_macro]
pub fn profile(_: TokenStream) -> TokenStream {
    text(&command_line::profile(&command_line::arguments()).unwrap_or_default())
}

fn text(value: &str) -> TokenStream {
    TokenTree::Literal(Literal::string(value)).into()
}
