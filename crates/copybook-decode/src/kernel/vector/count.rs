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

/// The same of a number of 32 bits, but that zero has one digit: the table adds to it what carries into
/// the upper half if it has a digit more than the least number of so many bits (Daniel Lemire,
/// "Computing the number of digits of an integer even faster", 2021).
#[inline(always)]
pub(super) fn digits_32(number: u32) -> u32 {
    let bits = 31 - (number | 1).leading_zeros();
    ((u64::from(number) + CARRY[bits as usize]) >> 32) as u32
}

/// By the number of bits behind the highest one.
static CARRY: [u64; 32] = {
    let mut carry = [0; 32];
    let mut bits = 0;
    while bits < 32 {
        let digits = (1u64 << bits).ilog10() as u64 + 1;
        let next = 10u64.pow(digits as u32);
        // Where no number of so many bits has a digit more, nothing must carry.
        carry[bits] = match next >> bits {
            1 => ((digits + 1) << 32) - next,
            _ => digits << 32,
        };
        bits += 1;
    }
    carry
};

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
            if let Ok(number) = u32::try_from(number) {
                assert_eq!(digits_32(number) as usize, printed.max(1), "{number}");
            }
        }
    }
}
