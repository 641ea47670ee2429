//! In which order the symbols of a numeric-edited picture may stand.
//!
//! Language Reference, "PICTURE clause", "Symbols used in the PICTURE clause", figure "Character-string
//! precedence": for every two symbols, whether the first may stand somewhere before the second.

use super::{BadPicture, Run, Symbol, bad};

/// A row and column of the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// B, 0 and /.
    Insertion,
    /// The grouping mark.
    Group,
    Point,
    LeadingSign,
    TrailingSign,
    /// CR and DB.
    Credit,
    /// A single currency symbol.
    Currency,
    /// Z and *, left and right of the point.
    SuppressedLeft,
    SuppressedRight,
    /// A floating + or -.
    SignLeft,
    SignRight,
    /// A floating currency symbol.
    CurrencyLeft,
    CurrencyRight,
    Digit,
    OperationalSign,
    AssumedPoint,
    /// P before the digits.
    LeadingScale,
    /// P behind the digits.
    TrailingScale,
    /// A single currency symbol behind the digits (ISO/IEC 1989, not the Language Reference).
    TrailingCurrency,
}

use Class::{
    AssumedPoint, Credit, Currency, CurrencyLeft, CurrencyRight, Digit, Group, Insertion,
    LeadingScale, LeadingSign, OperationalSign, Point, SignLeft, SignRight, SuppressedLeft,
    SuppressedRight, TrailingCurrency, TrailingScale, TrailingSign,
};

impl Class {
    /// What may stand before it.
    fn before(self) -> &'static [Class] {
        match self {
            // Anywhere but behind what ends a picture; beyond the figure, behind S as well.
            Insertion | Group => &[
                Insertion,
                Group,
                Point,
                LeadingSign,
                Currency,
                SuppressedLeft,
                SuppressedRight,
                SignLeft,
                SignRight,
                CurrencyLeft,
                CurrencyRight,
                Digit,
                AssumedPoint,
                LeadingScale,
                TrailingScale,
                OperationalSign,
            ],
            Point => &[
                Insertion,
                Group,
                LeadingSign,
                Currency,
                SuppressedLeft,
                SignLeft,
                CurrencyLeft,
                Digit,
                OperationalSign,
            ],
            LeadingSign | OperationalSign => &[],
            TrailingCurrency => &[
                Insertion,
                Group,
                Point,
                LeadingSign,
                SuppressedLeft,
                SuppressedRight,
                Digit,
                AssumedPoint,
                LeadingScale,
                TrailingScale,
            ],
            TrailingSign | Credit => &[
                Insertion,
                Group,
                Point,
                Currency,
                SuppressedLeft,
                SuppressedRight,
                CurrencyLeft,
                CurrencyRight,
                Digit,
                AssumedPoint,
                LeadingScale,
                TrailingScale,
                TrailingCurrency,
            ],
            Currency => &[LeadingSign],
            SuppressedLeft => &[Insertion, Group, LeadingSign, Currency, SuppressedLeft],
            SuppressedRight => &[
                Insertion,
                Group,
                Point,
                LeadingSign,
                Currency,
                SuppressedLeft,
                SuppressedRight,
                AssumedPoint,
                LeadingScale,
            ],
            SignLeft => &[Insertion, Group, Currency, SignLeft],
            SignRight => &[
                Insertion,
                Group,
                Point,
                Currency,
                SignLeft,
                SignRight,
                AssumedPoint,
                LeadingScale,
            ],
            CurrencyLeft => &[Insertion, Group, LeadingSign, CurrencyLeft],
            CurrencyRight => &[
                Insertion,
                Group,
                Point,
                LeadingSign,
                CurrencyLeft,
                CurrencyRight,
                AssumedPoint,
                LeadingScale,
            ],
            Digit => &[
                Insertion,
                Group,
                Point,
                LeadingSign,
                Currency,
                SuppressedLeft,
                SignLeft,
                CurrencyLeft,
                Digit,
                OperationalSign,
                AssumedPoint,
                LeadingScale,
            ],
            AssumedPoint => &[
                Insertion,
                Group,
                LeadingSign,
                Currency,
                SuppressedLeft,
                SignLeft,
                CurrencyLeft,
                Digit,
                OperationalSign,
                TrailingScale,
            ],
            LeadingScale => &[
                LeadingSign,
                Currency,
                OperationalSign,
                AssumedPoint,
                LeadingScale,
            ],
            TrailingScale => &[
                Insertion,
                Group,
                LeadingSign,
                Currency,
                SuppressedLeft,
                SignLeft,
                CurrencyLeft,
                Digit,
                OperationalSign,
                TrailingScale,
            ],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Insertion => "B, 0 or /",
            Group => "grouping mark",
            Point => "decimal point",
            LeadingSign => "leading sign",
            TrailingSign => "trailing sign",
            Credit => "CR or DB",
            Currency => "currency symbol",
            SuppressedLeft => "Z or *",
            SuppressedRight => "Z or * right of the point",
            SignLeft => "floating sign",
            SignRight => "floating sign right of the point",
            CurrencyLeft => "floating currency symbol",
            CurrencyRight => "floating currency symbol right of the point",
            Digit => "9",
            OperationalSign => "S",
            AssumedPoint => "V",
            LeadingScale => "P before the digits",
            TrailingScale => "P after the digits",
            TrailingCurrency => "currency symbol after the digits",
        }
    }
}

/// Checks every two symbols, in whichever distance they stand.
pub(super) fn check(runs: &[Run]) -> Result<(), BadPicture> {
    let classes = classes(runs);
    for (index, (&class, run)) in classes.iter().zip(runs).enumerate() {
        if let Some(before) = classes[..index]
            .iter()
            .find(|before| !class.before().contains(before))
        {
            let expected = format!("no {} after {}", class.name(), before.name());
            return Err(bad(run.offset, &expected));
        }
    }
    Ok(())
}

fn classes(runs: &[Run]) -> Vec<Class> {
    let count = |symbol: Symbol| -> usize {
        let same = runs.iter().filter(|run| run.symbol == symbol);
        same.map(|run| run.count).fold(0, usize::saturating_add)
    };
    let position = |run: &Run| {
        matches!(run.symbol, Symbol::Char('9' | 'Z' | '*'))
            || (matches!(run.symbol, Symbol::Char('+' | '-') | Symbol::Currency)
                && count(run.symbol) > 1)
    };
    let mut behind_point = false;
    let mut digits = false;
    runs.iter()
        .map(|run| {
            let floats = position(run);
            let side = |left, right| if behind_point { right } else { left };
            let class = match run.symbol {
                Symbol::Char('9') => Digit,
                Symbol::Char('Z' | '*') => side(SuppressedLeft, SuppressedRight),
                Symbol::Char('+' | '-') if floats => side(SignLeft, SignRight),
                Symbol::Currency if floats => side(CurrencyLeft, CurrencyRight),
                Symbol::Char('+' | '-') if digits => TrailingSign,
                Symbol::Char('+' | '-') => LeadingSign,
                Symbol::Currency if digits => TrailingCurrency,
                Symbol::Currency => Currency,
                Symbol::Credit | Symbol::Debit => Credit,
                Symbol::Point => Point,
                Symbol::Group => Group,
                Symbol::Char('V') => AssumedPoint,
                Symbol::Char('S') => OperationalSign,
                Symbol::Char('P') if digits => TrailingScale,
                Symbol::Char('P') => LeadingScale,
                Symbol::Char(_) => Insertion,
            };
            // Digits behind leading P are behind the assumed point.
            behind_point |= matches!(class, Point | AssumedPoint | LeadingScale);
            digits |= position(run);
            class
        })
        .collect()
}
