//! How the texts of a receipt have to look. Whoever fills one in can ask before it measures.

/// A revision of the source: 7 to 64 lower-case hex digits, perhaps with `-dirty` behind them.
#[must_use]
pub fn is_revision(text: &str) -> bool {
    let revision = text.strip_suffix("-dirty").unwrap_or(text);
    (7..=64).contains(&revision.len()) && is_hex(revision)
}

/// A SHA-256: 64 lower-case hex digits.
#[must_use]
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && is_hex(text)
}

/// The digest of an image: `sha256:` and a SHA-256.
#[must_use]
pub fn is_image_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(is_sha256)
}

/// The hash of a source tree: a SHA-256, or Nix's text form of one (32 bytes are 43 base64 digits
/// and one `=`).
#[must_use]
pub fn is_source_hash(text: &str) -> bool {
    let digits = text
        .strip_prefix("sha256-")
        .and_then(|rest| rest.strip_suffix('='));
    let base64 = |c: u8| c.is_ascii_alphanumeric() || c == b'+' || c == b'/';
    is_sha256(text) || digits.is_some_and(|digits| digits.len() == 43 && digits.bytes().all(base64))
}

/// A package of the Nix store: `/nix/store/NAME`.
#[must_use]
pub fn is_store_path(text: &str) -> bool {
    text.strip_prefix("/nix/store/")
        .is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

/// A name that can be part of a file's name: ASCII letters, digits, `.`, `_` and `-`, not `.` first.
#[must_use]
pub fn is_plain_name(text: &str) -> bool {
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"._-".contains(&c);
    !text.is_empty() && !text.starts_with('.') && text.bytes().all(plain)
}

/// RFC 3339 in UTC with `Z`, years 2000 to 2999, a fraction of one to nine digits or none, no leap
/// second.
#[must_use]
pub fn is_utc(text: &str) -> bool {
    let shape = |(at, c): (usize, u8)| match at {
        0 => c == b'2',
        4 | 7 => c == b'-',
        10 => c == b'T',
        13 | 16 => c == b':',
        _ => c.is_ascii_digit(),
    };
    let Some((whole, fraction)) = text
        .strip_suffix('Z')
        .filter(|_| text.is_ascii())
        .and_then(|text| text.split_at_checked(19))
    else {
        return false;
    };
    let fraction_fits = fraction.is_empty()
        || fraction.strip_prefix('.').is_some_and(|digits| {
            (1..=9).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit())
        });
    fraction_fits && whole.bytes().enumerate().all(shape) && on_the_calendar(whole)
}

/// Seconds from 1970 to a time that [`is_utc`]; `None` for any other text.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    if !is_utc(text) {
        return None;
    }
    let number = |at: std::ops::Range<usize>| text[at].parse::<u64>().unwrap_or(0);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    // Years begin in March, so that the day that comes and goes is the last one.
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    // 1970-01-01 is day 719468 from 0000-03-01.
    let days = days.checked_sub(719_468)?;
    Some(86_400 * days + 3600 * number(11..13) + 60 * number(14..16) + number(17..19))
}

/// `whole` has the shape `YYYY-MM-DDTHH:MM:SS`.
fn on_the_calendar(whole: &str) -> bool {
    let number = |at: std::ops::Range<usize>| whole[at].parse::<u32>().unwrap_or(u32::MAX);
    let (year, month) = (number(0..4), number(5..7));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&number(8..10))
        && number(11..13) < 24
        && number(14..16) < 60
        && number(17..19) < 60
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_those_of_unix() {
        for (text, expected) in [
            ("2000-01-01T00:00:00Z", 946_684_800),
            ("2024-02-29T23:59:59.5Z", 1_709_251_199),
            ("2026-11-27T12:04:39Z", 1_795_781_079),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        assert_eq!(seconds("today"), None);
    }

    #[test]
    fn timestamps_are_utc_to_the_letter() {
        for good in [
            "2026-11-23T20:26:55Z",
            "2024-02-29T23:59:59.123456789Z",
            "2000-02-29T00:00:00.0Z",
        ] {
            assert!(is_utc(good), "{good}");
        }
        for bad in [
            "",
            "Z",
            "2026-11-23T20:26:55",
            "2026-11-23T20:26:55+00:00",
            "2026-11-23 20:26:55Z",
            "2026-11-23t20:26:55Z",
            "2026-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.1234567890Z",
            "1999-01-01T00:00:00Z",
            "2026-01-01T00:00:00é",
            "2026-01-01T00:00:0éZ",
            "+026-01-01T00:00:00Z",
        ] {
            assert!(!is_utc(bad), "{bad}");
        }
    }
}
