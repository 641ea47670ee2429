//! How many digits a number has, without printing it.
//!
//! Where the next field goes depends on it, so it is worked out beside the digits, not from them: the
//! bits of a number say how many digits it has but for one power of ten among them, which decides.

/// Decimal digits of a number, none of zero.
#[inline(always)]
pub(super) fn digits(number: u64) -> u32 {
    let zeros = number.leading_zeros() as usize;
    u32::from(FEWEST[zeros]) + u32::from(number >= NEXT[zeros])
}

/// Digits of the least number with that many leading zeros.
static FEWEST: [u8; 65] = {
    let mut fewest = [0; 65];
    let mut zeros = 0;
    while zeros < 64 {
        fewest[zeros] = ((1u64 << 63) >> zeros).ilog10() as u8 + 1;
        zeros += 1;
    }
    fewest
};

/// The least number with one digit more; nothing has that many leading zeros if it has more leading
/// zeros itself.
static NEXT: [u64; 65] = {
    let mut next = [u64::MAX; 65];
    let mut zeros = 0;
    while zeros < 65 {
        if let Some(power) = 10u64.checked_pow(FEWEST[zeros] as u32) {
            next[zeros] = power;
        }
        zeros += 1;
    }
    next
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_printing() {
        let powers = (0..20).map(|n| 10u64.pow(n));
        let twos = (0..64).map(|n| 1u64 << n);
        let edges = powers
            .chain(twos)
            .flat_map(|n| [n - 1, n, n.saturating_add(1)]);
        for number in edges.chain([u64::MAX - 1, u64::MAX]) {
            let printed = if number == 0 {
                0
            } else {
                number.to_string().len()
            };
            assert_eq!(digits(number) as usize, printed, "{number}");
        }
    }
}
