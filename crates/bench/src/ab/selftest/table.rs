//! The rates of a self-test for a terminal.

use gate::selftest::{SelfTest, rates};
use report::rates::{HEAD, cells};

use crate::table::{Align, aligned};

/// One line a condition; what is found where nothing was injected is a false alarm.
pub(super) fn text(test: &SelfTest) -> String {
    let mut table = vec![HEAD.map(str::to_owned)];
    table.extend(rates(test).iter().map(cells));
    let (left, right) = (Align::Left, Align::Right);
    let columns = [left, left, right, right, right, right, right];
    aligned(columns, &table).trim_end().to_owned()
}
