//! Several benchmarks are several chances to be wrong.
//!
//! Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of
//! Statistics 6(2), 1979: the probability of one or more false findings among all stays at or below
//! the level, whatever the dependence between them.

/// Which of the hypotheses with these p-values are rejected at `level`, in their order. A p-value
/// that is not a number rejects nothing.
#[must_use]
pub fn rejected(p_values: &[f64], level: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    let p = |index: usize| {
        if p_values[index].is_nan() {
            1.0
        } else {
            p_values[index]
        }
    };
    order.sort_by(|&a, &b| p(a).total_cmp(&p(b)));
    let mut rejected = vec![false; p_values.len()];
    for (step, &index) in order.iter().enumerate() {
        if p(index) > level / (p_values.len() - step) as f64 {
            break;
        }
        rejected[index] = true;
    }
    rejected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rejection_eases_the_next() {
        // 0.01 <= 0.05/3, 0.02 <= 0.05/2, 0.04 <= 0.05: Bonferroni alone would take the first.
        assert_eq!(rejected(&[0.04, 0.01, 0.02], 0.05), [true, true, true]);
        assert_eq!(rejected(&[0.04, 0.03, 0.01], 0.05), [false, false, true]);
    }

    #[test]
    fn nothing_and_no_number_reject_nothing() {
        assert!(rejected(&[], 0.05).is_empty());
        assert_eq!(rejected(&[f64::NAN, 0.02], 0.05), [false, true]);
    }
}
