//! Writes receipts and comparisons that are made up from a seed, for the step `report` of
//! scripts/test.sh: `made FOLDER`. Nobody measured their figures. `made FOLDER grow` adds a run to
//! `FOLDER/history.db`.

#[path = "../tests/made/mod.rs"]
mod made;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use history::History;
use made::Plan;

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .ok_or("expected a folder")?
        .into();
    if std::env::args_os()
        .nth(2)
        .is_some_and(|word| word == "grow")
    {
        let mut history = History::open(&folder.join("history.db"))?;
        history.append(&made::entries(5, 301))?;
        return Ok(());
    }
    fs::create_dir_all(&folder)?;
    let mut hostile = Plan::usual(1);
    hostile.benchmarks[0].0 = format!("group/{}", made::HOSTILE);
    hostile.floors[0] = (
        made::HOSTILE.to_owned(),
        hostile.benchmarks[0].0.clone(),
        80.0,
    );
    hostile.warnings.push(made::HOSTILE.to_owned());
    let mut missed = Plan::usual(2);
    missed.floors[0].2 = 212.0;
    missed.floors[1].2 = 90.0;
    for (name, plan) in [
        ("receipt", Plan::usual(3)),
        ("hostile", hostile),
        ("missed", missed),
    ] {
        plan.receipt()
            .save(&folder.join(name).with_extension("json"))?;
    }
    let record = made::comparison(
        4,
        &[
            ("slo_validation/display", 1.0),
            ("slo_validation/comp3", 1.031),
            ("workloads/customer", 0.962),
            ("workloads/zoned", 1.006),
        ],
    );
    fs::write(folder.join("comparison.json"), record.sealed()?.1)?;
    for (name, nodes, node) in [("fleet", 7, "n"), ("evil-fleet", 5, made::HOSTILE)] {
        let fleet = made::fleet::fleet(6, nodes, node);
        let mut text = Vec::new();
        fleet.write(&mut text)?;
        fs::write(folder.join(name).with_extension("json"), text)?;
    }
    made::fleet::profile(&folder.join("profile"), "memchr::memchr", false)?;
    made::fleet::profile(&folder.join("compared"), made::HOSTILE, true)?;
    let known = format!(
        "{}  slo_validation/comp3  every record is checked for its length now\n",
        &made::commit(240)
    );
    fs::write(folder.join("known"), known)?;
    for (name, count) in [("history", 300), ("long", 10_000)] {
        let mut history = History::open(&folder.join(name).with_extension("db"))?;
        history.append(&made::entries(5, count))?;
    }
    Ok(())
}
