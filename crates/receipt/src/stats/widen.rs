//! Widens the bootstrap's interval to what few launches support.
//!
//! The bootstrap takes the launches at hand for all there are. With n of them its variance is
//! (n - 1) / n of the unbiased one, and it doesn't know that the spread of a few is itself a guess,
//! which Student's t does. Hesterberg ("What Teachers Should Know About the Bootstrap", The American
//! Statistician 69(4), 2015: narrowness bias, expanded percentile interval) reads the quantiles
//! further out instead, at Phi(-sqrt(n / (n - 1)) t). With n = 3 that is 7e-8: no order statistic of
//! 1999 replicates, and no replicate lies beyond the extreme launches anyway. So we scale the two
//! distances from the mean by the same ratio, which keeps the bootstrap's skew.

/// 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054_3;

/// 97.5 % quantiles of Student's t distribution for 1 to 30 degrees of freedom: the inverse of the
/// regularized incomplete beta function in 40 digits, rounded to doubles. Literals, since no two
/// mathematical libraries agree on the last bit.
const T: [f64; 30] = [
    12.706_204_736_174_705,
    4.302_652_729_749_464,
    3.182_446_305_283_709_5,
    2.776_445_105_197_794_3,
    2.570_581_835_636_315_5,
    2.446_911_851_144_97,
    2.364_624_251_592_785_3,
    2.306_004_135_204_166_7,
    2.262_157_162_798_205_3,
    2.228_138_851_986_275,
    2.200_985_160_091_639_7,
    2.178_812_829_667_229,
    2.160_368_656_462_792_6,
    2.144_786_687_917_804,
    2.131_449_545_559_775_5,
    2.119_905_299_221_254_6,
    2.109_815_577_833_317,
    2.100_922_040_241_038_7,
    2.093_024_054_408_309_6,
    2.085_963_447_265_865,
    2.079_613_844_727_680_4,
    2.073_873_067_904_026_3,
    2.068_657_610_419_048_6,
    2.063_898_561_628_026,
    2.059_538_552_753_297_7,
    2.055_529_438_642_873,
    2.051_830_516_480_285_5,
    2.048_407_141_795_245,
    2.045_229_642_132_704_3,
    2.042_272_456_301_238,
];

/// How far from the mean an open interval reaches, as a factor either way. A power of two, so that
/// no rounding is added; and far enough that no floor near the mean is decided.
pub const OPEN: f64 = 1024.0;

/// The bootstrap's quantiles, ns, moved away from the mean to suit the number of launches.
///
/// Where that would leave less than 1/[`OPEN`] of the mean, perhaps no time at all, the launches
/// differ so much that they bound nothing. A low end cut off there would still leave a high end that
/// looks like a bound, so both ends open and no verdict follows.
pub(super) fn widen(mean: f64, quantiles: [f64; 2], launches: usize) -> [f64; 2] {
    let k = factor(launches);
    let [low, high] = quantiles.map(|quantile| mean + k * (quantile - mean));
    if low < mean / OPEN {
        [mean / OPEN, mean * OPEN]
    } else {
        [low, high]
    }
}

/// The 97.5 % quantile of Student's t distribution, for 1 degree of freedom and more. Beyond 30 it stays
/// at its last value, which is too wide by at most 4.2 %; for none it is infinite.
#[must_use]
pub fn t975(freedom: usize) -> f64 {
    match freedom {
        0 => f64::INFINITY,
        _ => T[freedom.min(T.len()) - 1],
    }
}

/// sqrt(n / (n - 1)) t / z. One launch says nothing of others and gets no factor; it decides nothing either.
fn factor(launches: usize) -> f64 {
    if launches < 2 {
        return 1.0;
    }
    let n = launches as f64;
    (n / (n - 1.0)).sqrt() * t975(launches - 1) / Z
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Closed forms of the t quantile at 0.975: tan(0.475 pi) for one degree, and for two
    /// 2 (p - 1/2) sqrt(2 / (1 - 4 (p - 1/2)^2)); and it falls towards the normal one.
    #[test]
    fn the_table_is_students() {
        assert!((T[0] - (0.475 * std::f64::consts::PI).tan()).abs() < 1e-12);
        assert!((T[1] - 0.95 * (2.0f64 / (1.0 - 0.95 * 0.95)).sqrt()).abs() < 1e-12);
        assert!(T.windows(2).all(|pair| pair[0] > pair[1]));
        const { assert!(T[29] > Z && T[29] / Z < 1.0421) };
    }

    /// The two-sided tail beyond each entry is 5 %: Simpson's rule over t's density, substituted by
    /// t = sqrt(df) tan(a), where it is proportional to cos(a)^(df - 1).
    #[test]
    fn every_entry_leaves_five_per_cent_outside() {
        for (index, t) in T.iter().enumerate() {
            let df = (index + 1) as f64;
            let inside = simpson((t / df.sqrt()).atan(), df - 1.0);
            let all = simpson(std::f64::consts::FRAC_PI_2, df - 1.0);
            assert!((inside / all - 0.95).abs() < 1e-10, "df {df}");
        }
    }

    fn simpson(to: f64, power: f64) -> f64 {
        let steps = 2000;
        let width = to / f64::from(steps);
        let weight = |i| match i {
            0 => 1.0,
            i if i == steps => 1.0,
            i => f64::from(2 + 2 * (i % 2)),
        };
        let at = |i: i32| (f64::from(i) * width).cos().max(0.0).powf(power);
        (0..=steps).map(|i| weight(i) * at(i)).sum::<f64>() * width / 3.0
    }

    #[test]
    fn few_launches_widen_and_one_does_not() {
        let widened = |launches| widen(1000.0, [990.0, 1020.0], launches);
        assert_eq!(widened(1), [990.0, 1020.0]);
        let [low, high] = widened(3);
        assert!((low - 973.113_527).abs() < 1e-6, "{low}");
        assert!((high - 1_053.772_946).abs() < 1e-6, "{high}");
        let factors: Vec<_> = (2..200).map(factor).collect();
        assert!(factors.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(factors[197] > 1.0 && factors[197] < 1.05);
    }

    #[test]
    fn a_spread_without_bounds_opens_both_ends() {
        let open = [1000.0 / 1024.0, 1_024_000.0];
        assert_eq!(widen(1000.0, [500.0, 1100.0], 3), open);
        assert_eq!(widen(1000.0, [628.0, 1100.0], 3), open);
        assert!(widen(1000.0, [629.0, 1100.0], 3)[1] < 1300.0);
        assert!(widen(1000.0, [500.0, 1100.0], 5)[1] < 1300.0);
    }
}
