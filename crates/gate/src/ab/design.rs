//! The numbers of the design. They are recorded in every comparison, so that it can be judged again.

use serde::{Deserialize, Serialize};

/// When to look, and how much of the error each look may spend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// Rounds after which the data are looked at, rising.
    pub looks: Vec<u32>,
    /// Share of the level that each look spends; they add up to 1 (Bonferroni over looks: valid
    /// however the looks depend on each other, and wherever one stops).
    pub spend: Vec<f64>,
    /// One-sided level of a stage: at most this share of equal programs passes it.
    pub level: f64,
    /// Two-sided level at which the control arm counts as different from its equal.
    pub control_level: f64,
    /// A change of this share or less is no finding: two builds of one source differ by as much.
    pub margin: f64,
    /// Where the 95 % interval lies within this share of 1 the two are the same.
    pub same: f64,
}

impl Default for Design {
    /// The design whose error rates docs/methodology.md reports.
    fn default() -> Self {
        Self {
            looks: vec![16, 24, 40, 80],
            spend: vec![0.20, 0.20, 0.25, 0.35],
            level: 0.05,
            control_level: 0.01,
            margin: 0.005,
            same: 0.01,
        }
    }
}

/// More looks than any design has. Each costs an exact test of all rounds before it, so that without a bound a
/// forged design would keep a verifier busy for minutes.
const MAX_LOOKS: usize = 16;

/// 1 minus the confidence of the reported intervals.
pub const OUTSIDE: f64 = 0.05;

impl Design {
    /// What is wrong with it, if anything is: a recorded design comes from a file.
    ///
    /// # Errors
    /// One sentence that says what was expected and what was found.
    pub fn check(&self) -> Result<(), String> {
        let looks = &self.looks;
        if !(1..=MAX_LOOKS).contains(&looks.len()) || looks.len() != self.spend.len() {
            let (looks, spend) = (looks.len(), self.spend.len());
            return Err(format!(
                "expected 1 to {MAX_LOOKS} looks, and as many shares of the level, found {looks} looks and {spend} shares"
            ));
        }
        if looks[0] == 0
            || looks.windows(2).any(|pair| pair[0] >= pair[1])
            || looks[looks.len() - 1] > 1000
        {
            return Err(format!(
                "expected rising numbers of rounds up to 1000, found {looks:?}"
            ));
        }
        let total: f64 = self.spend.iter().sum();
        if self.spend.iter().any(|share| *share <= 0.0) || total.is_nan() || total > 1.0 + 1e-9 {
            return Err(format!(
                "expected shares above 0 that add up to 1 at most, found {:?}",
                self.spend
            ));
        }
        let shares = [
            ("level", self.level),
            ("control_level", self.control_level),
            ("same", self.same),
        ];
        for (name, share) in shares {
            if share.is_nan() || share <= 0.0 || share >= 0.5 {
                return Err(format!(
                    "{name}: expected a share between 0 and 0.5, found {share}"
                ));
            }
        }
        if self.margin.is_nan() || self.margin < 0.0 || self.margin > self.same {
            return Err(format!(
                "margin: expected a share from 0 to {}, found {}",
                self.same, self.margin
            ));
        }
        Ok(())
    }

    /// Most rounds of one stage.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.looks.last().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_a_design() {
        assert_eq!(Design::default().check(), Ok(()));
        assert_eq!(Design::default().most(), 80);
    }

    #[test]
    fn what_is_none_is_refused() {
        let broken: [fn(&mut Design); 9] = [
            |design| {
                design.looks = (1..=17).collect();
                design.spend = vec![0.01; 17];
            },
            |design| design.looks.clear(),
            |design| design.looks[1] = 16,
            |design| design.looks[3] = 100_000,
            |design| design.spend[0] = 0.5,
            |design| design.spend[0] = f64::NAN,
            |design| design.level = 0.0,
            |design| design.margin = 0.02,
            |design| design.same = f64::NAN,
        ];
        for (index, breaks) in broken.iter().enumerate() {
            let mut design = Design::default();
            breaks(&mut design);
            assert!(design.check().is_err(), "{index}: {design:?}");
        }
    }
}
