//! The command as a shell, a script or an operator calls it, without measuring anything.

mod damage;
mod doctor;
mod documents;
mod explain;
mod fleet;
mod generated;
mod history;
mod layout;
mod list;
mod lock;
mod precheck;
#[path = "../program/mod.rs"]
mod program;
#[path = "../remade/mod.rs"]
mod remade;
mod sign;
mod streams;
mod support;
mod variables;
mod verify;
mod workload;
