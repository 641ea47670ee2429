//! Figures in words.

/// `1 CPU`, `2 CPUs`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Whole MiB.
pub(crate) fn mib(bytes: u64) -> u64 {
    bytes / (1 << 20)
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(count(1, "CPU"), "1 CPU");
        assert_eq!(count(0, "byte"), "0 bytes");
        assert_eq!(count(2, "CPU"), "2 CPUs");
    }
}
