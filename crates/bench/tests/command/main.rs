//! The command as a shell, a script or an operator calls it, without measuring anything of ours: what runs
//! here runs subjects whose speed is known.
//!
//! One test program, since each that links the command's libraries takes seconds to link.

mod ab;
mod baseline;
#[path = "../../../receipt/tests/common/mod.rs"]
mod common;
mod compare;
mod cost;
mod damage;
mod decode;
mod doctor;
mod documents;
mod explain;
mod export;
mod fleet;
mod fleet_scale;
mod fleet_tasks;
mod fleet_types;
mod generated;
#[path = "../../../copybook-decode/tests/support/real_data.rs"]
mod given;
mod history;
mod hostile;
mod known;
mod layout;
mod list;
mod lock;
mod peers;
mod precheck;
#[path = "../program/mod.rs"]
mod program;
mod remade;
mod report;
mod sign;
mod streams;
mod support;
mod variables;
mod verifiers;
mod verify;
mod workload;
