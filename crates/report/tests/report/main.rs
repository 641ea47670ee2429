//! What a page says, of one receipt and of many.

mod history;
#[path = "../made/mod.rs"]
mod made;
mod page;
