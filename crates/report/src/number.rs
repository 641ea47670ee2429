//! Figures as people read them: as many digits as mean something, always in the same form, and never
//! parted from their unit by the end of a line.

use receipt::words::printable;

/// What a file or a subject says, safe to show: no control characters, no change of direction.
#[must_use]
pub fn said(text: &str) -> String {
    printable(text)
}

/// A rate: four digits where there are so many, thousands with commas. `16,750`, `108.5`, `0.42`.
#[must_use]
pub fn rate(value: f64) -> String {
    match value.abs() {
        size if !size.is_finite() => "unknown".to_owned(),
        size if size >= 999.95 => thousands(value.round()),
        size if size >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// A limit that somebody chose, in the digits that they gave it. `80`, `62.5`.
#[must_use]
pub fn limit(value: f64) -> String {
    if value.fract() == 0.0 {
        thousands(value)
    } else {
        format!("{value}")
    }
}

/// Two rates in the digits of the greater. `16,368 to 17,132`.
#[must_use]
pub fn range([low, high]: [f64; 2]) -> String {
    if high >= 999.95 {
        return format!("{} to {}", thousands(low.round()), thousands(high.round()));
    }
    format!("{} to {}", rate(low), rate(high))
}

/// A whole number with commas.
#[must_use]
pub fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::with_capacity(digits.len() + 4);
    if value < 0.0 && digits != "0" {
        out.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A change, from the ratio of new over old: 1.05 is `+5.0 %`, 3 is `3.00 times`.
#[must_use]
pub fn change(ratio: f64) -> String {
    if ratio >= 3.0 {
        return format!("{} times", rate(ratio));
    }
    signed((ratio - 1.0) * 100.0)
}

/// Per cent with its sign. `+5.0 %`, `−0.3 %`, `0.0 %`.
#[must_use]
pub fn signed(percent: f64) -> String {
    let text = format!("{:.1}", percent.abs());
    let sign = match percent {
        _ if text == "0.0" => "",
        percent if percent < 0.0 => "−",
        _ => "+",
    };
    format!("{sign}{text}\u{a0}%")
}

/// How far a value lies from a limit that it should stay above, in words.
#[must_use]
pub fn against(value: f64, limit: f64, name: &str) -> String {
    let ratio = value / limit;
    if ratio >= 3.0 {
        return format!("{} times its {name}", rate(ratio));
    }
    let percent = format!("{:.1}\u{a0}%", ((ratio - 1.0) * 100.0).abs());
    if ratio >= 1.0 {
        format!("{percent} above its {name}")
    } else {
        format!("{percent} below its {name}")
    }
}

/// Bytes in the greatest binary unit that leaves a number of at least 1.
#[must_use]
pub fn bytes(value: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let (mut size, mut unit) = (value as f64, "bytes");
    for next in UNITS {
        if size < 1024.0 {
            break;
        }
        (size, unit) = (size / 1024.0, next);
    }
    if size.fract() == 0.0 {
        format!("{size:.0}\u{a0}{unit}")
    } else {
        format!("{size:.1}\u{a0}{unit}")
    }
}

/// A time from nanoseconds, in the unit that leaves a number of at least 1.
#[must_use]
pub fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        ns if ns >= 1e9 => (ns / 1e9, "s"),
        ns if ns >= 1e6 => (ns / 1e6, "ms"),
        ns if ns >= 1e3 => (ns / 1e3, "µs"),
        ns => (ns, "ns"),
    };
    format!("{}\u{a0}{unit}", rate(value))
}

/// Allocations for 1,000 records, from those for one. `none`, `0.42`, `1,250`; a dash where nothing counted.
#[must_use]
pub fn allocations(per_record: Option<f64>) -> String {
    match per_record.map(|count| 1000.0 * count) {
        None => "–".to_owned(),
        Some(0.0) => "none".to_owned(),
        Some(count) if count < 0.01 => "under 0.01".to_owned(),
        Some(count) => rate(count),
    }
}

/// A number of things. `1 launch`, `12 launches`.
#[must_use]
pub fn count(number: usize, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{} {noun}", thousands(number as f64))
}

/// The date and minute of a time stamp in RFC 3339. `2026-11-27 12:04 UTC`.
#[must_use]
pub fn moment(timestamp: &str) -> String {
    match (timestamp.get(..10), timestamp.get(11..16)) {
        (Some(date), Some(minute)) => format!("{} {} UTC", said(date), said(minute)),
        _ => said(timestamp),
    }
}

/// Its date alone. `2026-11-27`.
#[must_use]
pub fn day(timestamp: &str) -> String {
    said(timestamp.get(..10).unwrap_or(timestamp))
}

/// The first digits of a hash or commit, `-dirty` kept.
#[must_use]
pub fn short(commit: &str) -> String {
    let (hash, dirty) = match commit.strip_suffix("-dirty") {
        Some(hash) => (hash, "-dirty"),
        None => (commit, ""),
    };
    let head: String = hash.chars().take(10).collect();
    format!("{}{dirty}", said(&head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_digits_that_mean_something() {
        for (value, expected) in [
            (16_749.811, "16,750"),
            (999.96, "1,000"),
            (999.94, "999.9"),
            (108.5, "108.5"),
            (9.996, "10.0"),
            (0.424, "0.42"),
            (1_234_567.0, "1,234,567"),
            (f64::NAN, "unknown"),
        ] {
            assert_eq!(rate(value), expected);
        }
        assert_eq!(range([998.2, 1003.0]), "998 to 1,003");
        assert_eq!(
            (limit(80.0), limit(62.5)),
            ("80".to_owned(), "62.5".to_owned())
        );
        assert_eq!(thousands(-1234.0), "−1,234");
    }

    #[test]
    fn changes_carry_their_sign_and_zero_has_none() {
        assert_eq!(change(1.05), "+5.0~%".replace('~', "\u{a0}"));
        assert_eq!(change(0.9), "−10.0~%".replace('~', "\u{a0}"));
        assert_eq!(change(0.9999), "0.0~%".replace('~', "\u{a0}"));
        assert_eq!(change(12.0), "12.0 times".replace('~', "\u{a0}"));
        assert_eq!(
            against(205.0, 80.0, "floor"),
            "156.2~% above its floor".replace('~', "\u{a0}")
        );
        assert_eq!(
            against(16_749.8, 80.0, "floor"),
            "209.4 times its floor".replace('~', "\u{a0}")
        );
        assert_eq!(
            against(60.0, 80.0, "floor"),
            "25.0~% below its floor".replace('~', "\u{a0}")
        );
    }

    #[test]
    fn no_allocation_is_not_a_few() {
        for (per_record, expected) in [
            (None, "–"),
            (Some(0.0), "none"),
            (Some(1e-6), "under 0.01"),
            (Some(0.000_42), "0.42"),
            (Some(1.25), "1,250"),
        ] {
            assert_eq!(allocations(per_record), expected);
        }
    }

    #[test]
    fn units_are_the_greatest_that_fit() {
        assert_eq!(bytes(32_768), "32~KiB".replace('~', "\u{a0}"));
        assert_eq!(bytes(25_276_502_016), "23.5~GiB".replace('~', "\u{a0}"));
        assert_eq!(bytes(12), "12~bytes".replace('~', "\u{a0}"));
        assert_eq!(time(284_682.1), "284.7~µs".replace('~', "\u{a0}"));
        assert_eq!(time(1.25e9), "1.25~s".replace('~', "\u{a0}"));
    }
}
