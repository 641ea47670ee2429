//! Exact decimals from text, whichever way they are written.

/// A decimal number: sign, digits without zeros at either end, and the power of ten of the last
/// digit. Equal numbers are equal here, and zero is no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exact {
    negative: bool,
    digits: String,
    exponent: i64,
}

/// `-12.50`, `+007`, `.5`, `1.25E+3`; `None` for what is no number.
pub(crate) fn exact(text: &str) -> Option<Exact> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = all.trim_end_matches('0');
    let digits = kept.trim_start_matches('0');
    if digits.is_empty() {
        return Some(Exact {
            negative: false,
            digits: String::new(),
            exponent: 0,
        });
    }
    Some(Exact {
        negative: mantissa.starts_with('-'),
        digits: digits.to_owned(),
        exponent: i64::from(exponent) - fraction.len() as i64 + (all.len() - kept.len()) as i64,
    })
}

impl Exact {
    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// All its digits, with a point only where it has a fraction: for exponents that are small.
    pub(crate) fn plain(&self) -> String {
        if self.is_zero() {
            return "0".to_owned();
        }
        let sign = if self.negative { "-" } else { "" };
        let digits = &self.digits;
        // Digits in front of the point; none, or fewer, where zeros stand behind it.
        let whole = digits.len() as i64 + self.exponent;
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
        if self.exponent >= 0 {
            return format!("{sign}{digits}{}", zeros(self.exponent));
        }
        let split = usize::try_from(whole).unwrap_or(0);
        let (front, back) = digits.split_at(split);
        let front = if front.is_empty() { "0" } else { front };
        format!("{sign}{front}.{}{back}", zeros(-whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_equal() {
        for (one, other) in [
            ("12.50", "+12.5"),
            ("-0.0", "0"),
            ("1200", "1.2e3"),
            ("0.00012", "12E-5"),
            ("007", "7."),
            ("1e2147483647", "10e2147483646"),
        ] {
            assert!(
                exact(one).is_some() && exact(one) == exact(other),
                "{one}, {other}"
            );
        }
        for (one, other) in [("1", "-1"), ("1", "10"), ("0.1", "0.10000000000000000001")] {
            assert_ne!(exact(one), exact(other));
        }
        for text in ["", "-", "1e", "1e99999999999", "a", "1.2.3", " 1", "--1"] {
            assert_eq!(exact(text), None, "{text}");
        }
    }
}
