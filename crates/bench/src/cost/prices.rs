//! A file of prices: what an hour of a machine costs, where that was read, and when.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use jiff::civil::Date;
use receipt::bounded;
use serde::{Deserialize, Serialize};

/// Prices change; a file older than this is named. Days.
const OLD: i32 = 90;

/// What is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Price {
    /// By the hour, without a commitment.
    OnDemand,
    /// For what nobody else wants at the moment, taken away at short notice.
    Spot,
    /// With a commitment of a year or more.
    Reserved,
}

impl Price {
    /// As the file and the JSON name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OnDemand => "on_demand",
            Self::Spot => "spot",
            Self::Reserved => "reserved",
        }
    }
}

/// One file.
#[derive(Debug, Clone)]
pub(crate) struct Prices {
    path: PathBuf,
    /// ISO 4217, of every price in the file.
    pub(crate) currency: String,
    /// The day that the prices are of.
    dated: Date,
    /// Where they were read.
    source: String,
    /// What is priced.
    pub(crate) machines: Vec<Machine>,
}

/// One type of machine in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Machine {
    /// The provider's name of the type.
    #[serde(rename = "type")]
    pub(crate) name: String,
    /// The provider.
    pub(crate) cloud: String,
    /// Where it stands; prices differ.
    pub(crate) region: String,
    /// Logical CPUs that the price buys.
    pub(crate) cpus: u32,
    /// Texts of which a receipt's CPU model holds one; empty: only `--machine` chooses this type.
    #[serde(default)]
    pub(crate) cpu_models: Vec<String>,
    /// Mean power while all CPUs work, watts, as the user measured or was told it.
    #[serde(default)]
    pub(crate) watts: Option<f64>,
    /// An hour of the whole machine; empty until somebody fills it in.
    #[serde(default)]
    pub(crate) hourly: BTreeMap<Price, f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    currency: String,
    dated: Option<toml::value::Datetime>,
    source: String,
    machine: Vec<Machine>,
}

impl Prices {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// It can't be read, is not such a file, or holds a price or a power that can't be one.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = bounded::read_to_string(path, bounded::DOCUMENT)
            .with_context(|| format!("can't read the prices {}", path.display()))?;
        Self::parse(&text, path).with_context(|| {
            format!(
                "{} is no file of prices; prices/aws.toml shows what one holds",
                path.display()
            )
        })
    }

    fn parse(text: &str, path: &Path) -> Result<Self> {
        let file: File = toml::from_str(text)?;
        let dated = file.dated.context(
            "dated: expected the day on which you read the prices, such as 2026-01-31, found none; set it and fill in the prices",
        )?;
        let dated = dated.to_string();
        let dated: Date = dated
            .parse()
            .with_context(|| format!("dated: expected a day such as 2026-01-31, found {dated}"))?;
        let code = |c: char| c.is_ascii_uppercase();
        ensure!(
            file.currency.len() == 3 && file.currency.chars().all(code),
            "currency: expected three capital letters such as USD, found {:?}",
            file.currency
        );
        ensure!(
            !file.source.trim().is_empty(),
            "source: expected where the prices were read, found nothing"
        );
        ensure!(
            !file.machine.is_empty(),
            "expected at least one [[machine]]"
        );
        for machine in &file.machine {
            machine.check()?;
        }
        Ok(Self {
            path: path.to_owned(),
            currency: file.currency,
            dated,
            source: file.source,
            machines: file.machine,
        })
    }

    /// What a reader has to know beside the figures: the age of old prices, and what is not filled in.
    ///
    /// # Errors
    /// The file is of a day to come.
    pub(crate) fn remarks(&self, today: Date) -> Result<Vec<String>> {
        let days = today.since(self.dated)?.get_days();
        let (file, dated) = (self.path.display(), self.dated);
        ensure!(
            days >= 0,
            "{file}: expected prices of today or earlier, found them dated {dated}"
        );
        let mut remarks = Vec::new();
        if days > OLD {
            remarks.push(format!(
                "{file}: its prices are of {dated}, {days} days ago, and prices change; read them anew ({}) and set `dated`",
                self.source
            ));
        }
        for machine in self.machines.iter().filter(|one| one.hourly.is_empty()) {
            remarks.push(format!(
                "{file}: {} has no price yet; write on_demand, spot or reserved below [machine.hourly]",
                machine.name
            ));
        }
        Ok(remarks)
    }
}

impl Machine {
    fn check(&self) -> Result<()> {
        let name = &self.name;
        ensure!(
            !name.trim().is_empty(),
            "type: expected a name, found nothing"
        );
        ensure!(self.cpus > 0, "{name}: cpus: expected 1 or more, found 0");
        for (price, amount) in &self.hourly {
            if !(amount.is_finite() && *amount > 0.0) {
                bail!(
                    "{name}: {}: expected the price of an hour, above 0, found {amount}",
                    price.name()
                );
            }
        }
        if let Some(watts) = self.watts {
            positive_watts(watts).with_context(|| name.clone())?;
        }
        Ok(())
    }

    /// Whether a receipt from such a CPU, with so many, may be of this type.
    pub(crate) fn may_be(&self, model: &str, cpus: u32) -> bool {
        self.cpus == cpus
            && self
                .cpu_models
                .iter()
                .any(|part| model.contains(part.as_str()))
    }
}

/// # Errors
/// It is no power.
pub(crate) fn positive_watts(watts: f64) -> Result<()> {
    ensure!(
        watts.is_finite() && watts > 0.0,
        "watts: expected a power above 0, found {watts}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        currency = "EUR"
        dated = 2026-01-31
        source = "the contract"
        [[machine]]
        type = "small"
        cloud = "own"
        region = "cellar"
        cpus = 2
        [machine.hourly]
        on_demand = 0.25
    "#;

    fn parse(text: &str) -> Result<Prices> {
        Prices::parse(text, Path::new("p.toml"))
    }

    fn on(year: i16, month: i8, day: i8) -> Date {
        Date::new(year, month, day).expect("a day")
    }

    #[test]
    fn a_file_older_than_ninety_days_is_named() {
        let prices = parse(GOOD).expect("prices");
        assert_eq!(prices.remarks(on(2026, 5, 1)).expect("past"), [""; 0]);
        let remarks = prices.remarks(on(2026, 5, 2)).expect("past");
        assert!(
            remarks[0].contains("p.toml") && remarks[0].contains("91 days"),
            "{remarks:?}"
        );
        assert!(prices.remarks(on(2026, 1, 30)).is_err());
    }

    #[test]
    fn a_machine_without_a_price_is_named() {
        let open = GOOD.replace("on_demand = 0.25", "");
        let remarks = parse(&open).expect("prices").remarks(on(2026, 2, 1));
        let remarks = remarks.expect("past");
        assert!(remarks[0].contains("small has no price yet"), "{remarks:?}");
    }

    #[test]
    fn what_can_not_be_a_price_is_refused() {
        for (good, bad, expected) in [
            ("0.25", "0.0", "above 0"),
            ("0.25", "-1.0", "above 0"),
            ("0.25", "nan", "above 0"),
            ("on_demand", "on_mars", "on_mars"),
            ("2026-01-31", "12:00:00", "such as 2026-01-31"),
            ("dated = 2026-01-31", "", "found none; set it"),
            ("EUR", "euro", "three capital letters"),
            ("the contract", " ", "where the prices were read"),
            ("cpus = 2", "cpus = 0", "expected 1 or more"),
            ("cpus = 2", "cpus = 2\nwatts = 0.0", "a power above 0"),
            ("cpus = 2", "cpus = 2\nvats = 1.0", "vats"),
        ] {
            let error = parse(&GOOD.replace(good, bad)).expect_err(bad);
            assert!(format!("{error:#}").contains(expected), "{bad}: {error:#}");
        }
    }
}
