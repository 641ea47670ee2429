//! From a rate to what a terabyte takes: the one place where units meet.
//!
//! Rates are MiB/s (1024^2 bytes), prices are an hour's, and what is asked for is a terabyte (10^12
//! bytes) or 10^9 records.

use receipt::stats::MIB;

/// Bytes of a terabyte: SI, as storage is sold.
pub(crate) const TERABYTE: f64 = 1e12;
/// Records that a price is given for.
pub(crate) const RECORDS: f64 = 1e9;
const SECONDS_PER_HOUR: f64 = 3600.0;

/// Input bytes a second.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct Speed(f64);

impl Speed {
    /// From the MiB/s of a receipt, above zero.
    pub(crate) fn from_mibps(mibps: f64) -> Self {
        Self(mibps * MIB)
    }

    /// Hours for 10^12 bytes.
    pub(crate) fn hours_per_terabyte(self) -> f64 {
        self.hours(TERABYTE)
    }

    /// Hours for 10^9 records of so many bytes each.
    pub(crate) fn hours_per_1e9_records(self, bytes_per_record: f64) -> f64 {
        self.hours(RECORDS * bytes_per_record)
    }

    fn hours(self, bytes: f64) -> f64 {
        bytes / self.0 / SECONDS_PER_HOUR
    }
}

/// A mean and its 95 % interval, low then high.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub(crate) struct Figure {
    /// The mean.
    pub(crate) mean: f64,
    /// Low then high.
    pub(crate) ci95: [f64; 2],
}

impl Figure {
    /// Something that falls as the rate rises: the fastest end of the rate is its low end.
    pub(crate) fn falling(
        mean_mibps: f64,
        ci95_mibps: [f64; 2],
        of: impl Fn(Speed) -> f64,
    ) -> Self {
        let at = |mibps| of(Speed::from_mibps(mibps));
        let [slow, fast] = ci95_mibps;
        Self {
            mean: at(mean_mibps),
            ci95: [at(fast), at(slow)],
        }
    }

    /// So many times as much.
    pub(crate) fn times(self, factor: f64) -> Self {
        Self {
            mean: self.mean * factor,
            ci95: self.ci95.map(|end| end * factor),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
    }

    /// Known by hand: 10^12 bytes at 10^9 bytes a second are 1000 s.
    #[test]
    fn a_gigabyte_a_second_reads_a_terabyte_in_a_thousand_seconds() {
        let speed = Speed::from_mibps(1e9 / 1_048_576.0);
        assert!(close(speed.hours_per_terabyte() * 3600.0, 1000.0));
        assert!(close(speed.hours_per_1e9_records(1.0) * 3600.0, 1.0));
    }

    /// 1 MiB/s for a day is 86,400 MiB, 90,596,966,400 bytes: 0.0906 TB. Neither 10^3 nor 1.05 off.
    #[test]
    fn a_mebibyte_is_not_a_megabyte() {
        let days = Speed::from_mibps(1.0).hours_per_terabyte() / 24.0;
        assert!(close(days, 1e12 / 90_596_966_400.0), "{days}");
    }

    proptest! {
        /// Whoever decodes for that long at that rate, in whole iterations, has decoded a terabyte.
        /// Told in ns and bytes, as the receipt's primary numbers are, so that no constant is shared.
        #[test]
        fn the_hours_are_those_of_the_iterations(bytes in 1_u64..1 << 40, ns in 1.0..1e12_f64) {
            let hours = Speed::from_mibps(receipt::stats::mibps(bytes, ns)).hours_per_terabyte();
            let iterations = hours * 60.0 * 60.0 * 1_000_000_000.0 / ns;
            prop_assert!(close(iterations * bytes as f64, 1_000_000_000_000.0));
        }

        /// A terabyte holds 10^12 / length records, so the two prices differ by that alone.
        #[test]
        fn records_and_terabytes_agree(mibps in 1e-3..1e6_f64, length in 1.0..1e5_f64) {
            let speed = Speed::from_mibps(mibps);
            let by_records = speed.hours_per_1e9_records(length) * (1e12 / length) / 1e9;
            prop_assert!(close(by_records, speed.hours_per_terabyte()));
        }

        /// A thousand times the rate is a thousandth of the time, and never anything else.
        #[test]
        fn time_falls_as_the_rate_rises(mibps in 1e-3..1e3_f64, factor in 1.0..1e4_f64) {
            let slow = Speed::from_mibps(mibps).hours_per_terabyte();
            let fast = Speed::from_mibps(mibps * factor).hours_per_terabyte();
            prop_assert!(close(fast * factor, slow));
        }

        /// The interval still holds the mean, low before high, and keeps its relative width.
        #[test]
        fn the_interval_is_carried_through(mean in 1.0..1e5_f64, below in 0.01..1.0_f64, above in 1.0..100.0_f64, price in 1e-3..1e3_f64) {
            let rate = [mean * below, mean * above];
            let cost = Figure::falling(mean, rate, Speed::hours_per_terabyte).times(price);
            prop_assert!(cost.ci95[0] <= cost.mean && cost.mean <= cost.ci95[1]);
            prop_assert!(close(cost.ci95[1] / cost.ci95[0], rate[1] / rate[0]));
            prop_assert!(close(cost.ci95[0] * above, cost.mean));
        }
    }
}
