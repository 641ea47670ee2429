//! Subjects that behave, and subjects that do not: each is ended with an error that says what it did.

mod endings;
mod messages;
mod support;
