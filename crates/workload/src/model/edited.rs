//! Numeric-edited pictures, and the characters that a MOVE puts there.
//!
//! Written from Enterprise COBOL for z/OS Language Reference, "PICTURE clause editing" (simple,
//! special, fixed and floating insertion; zero suppression and replacement), not from the decoder,
//! which goes the other way.

/// A numeric-edited picture, by what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edited {
    /// Digits before the point, not counting the first of a floating string.
    pub whole: usize,
    /// Digits behind the point, which is shown.
    pub behind: usize,
    /// What stands for leading zeros.
    pub fill: Fill,
    /// Digits before the point that are always shown; the others are suppressed. With no digit that
    /// is always shown, those behind the point are suppressed as well.
    pub shown: usize,
    /// The sign, but for a floating one.
    pub mark: Mark,
    /// `,`, `B`, `0` or `/` between groups of three digits before the point.
    pub group: Option<char>,
    /// A `$` of its own before the digits.
    pub currency: bool,
    /// BLANK WHEN ZERO.
    pub blank_when_zero: bool,
}

/// What stands for leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// `Z`.
    Spaces,
    /// `*`.
    Asterisks,
    /// `$`, `+` or `-`, which moves up to the first digit.
    Floating(char),
}

/// A sign in its own place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// None: the value has no sign, unless one floats.
    None,
    /// `+` or `-` in front.
    Leading(char),
    /// `+` or `-` behind.
    Trailing(char),
    /// CR.
    Credit,
    /// DB.
    Debit,
}

impl Edited {
    /// Whether negative numbers can be told.
    pub fn signed(self) -> bool {
        self.mark != Mark::None || matches!(self.fill, Fill::Floating('+' | '-'))
    }

    /// Digits of the value.
    pub fn digits(self) -> usize {
        self.whole + self.behind
    }

    /// Bytes.
    pub fn length(self) -> usize {
        self.picture().len()
    }

    /// One character a byte: `$ZZ,ZZ9.99CR`.
    pub fn picture(self) -> String {
        let mut out = String::new();
        if let Mark::Leading(sign) = self.mark {
            out.push(sign);
        }
        if self.currency {
            out.push('$');
        }
        let fill = match self.fill {
            Fill::Spaces => 'Z',
            Fill::Asterisks => '*',
            Fill::Floating(symbol) => {
                out.push(symbol);
                symbol
            }
        };
        for left in (1..=self.whole).rev() {
            out.push(if left > self.shown { fill } else { '9' });
            if let Some(mark) = self.group.filter(|_| left % 3 == 1 && left > 1) {
                out.push(mark);
            }
        }
        if self.behind > 0 {
            out.push('.');
            let symbol = if self.suppresses_all() { fill } else { '9' };
            out.extend(std::iter::repeat_n(symbol, self.behind));
        }
        match self.mark {
            Mark::Trailing(sign) => out.push(sign),
            Mark::Credit => out.push_str("CR"),
            Mark::Debit => out.push_str("DB"),
            Mark::None | Mark::Leading(_) => {}
        }
        out
    }

    /// The picture in a copybook, with its clauses.
    pub(super) fn clause(self) -> String {
        let blank = if self.blank_when_zero {
            " BLANK WHEN ZERO"
        } else {
            ""
        };
        format!("PIC {}{blank}", self.picture())
    }

    /// The field after a MOVE of `value` times 10^-behind.
    pub fn characters(self, value: i128) -> String {
        let picture = self.picture();
        if value == 0 && self.blank_when_zero {
            return " ".repeat(picture.len());
        }
        if value == 0 && self.suppresses_all() {
            let asterisks = self.fill == Fill::Asterisks;
            let all = |c| if c == '.' { '.' } else { '*' };
            return match asterisks {
                true => picture.chars().map(all).collect(),
                false => " ".repeat(picture.len()),
            };
        }
        self.edit(&picture, value)
    }

    fn suppresses_all(self) -> bool {
        self.shown == 0
    }

    /// One character a symbol of the picture.
    fn edit(self, picture: &str, value: i128) -> String {
        let digits = format!("{:0width$}", value.unsigned_abs(), width = self.digits());
        let mut digits = digits.chars();
        let front = usize::from(self.currency) + usize::from(matches!(self.mark, Mark::Leading(_)));
        let back = match self.mark {
            Mark::None | Mark::Leading(_) => 0,
            Mark::Trailing(_) => 1,
            Mark::Credit | Mark::Debit => 2,
        };
        let body = front..picture.len() - back;
        let mut run = Run {
            out: String::new(),
            blank: if self.fill == Fill::Asterisks {
                '*'
            } else {
                ' '
            },
            floating: match self.fill {
                Fill::Floating(symbol) => Some(sign_or_currency(symbol, value < 0)),
                Fill::Spaces | Fill::Asterisks => None,
            },
            suppressing: true,
        };
        for (at, symbol) in picture.chars().enumerate() {
            match symbol {
                symbol if !body.contains(&at) => run.out.push(own_place(symbol, value < 0)),
                // The first of a floating string holds no digit.
                _ if at == front && run.floating.is_some() => run.out.push(run.blank),
                // There are as many digits as such symbols.
                'Z' | '*' | '$' | '+' | '-' | '9' => {
                    run.digit(symbol, digits.next().unwrap_or('0'));
                }
                '.' => {
                    run.stop();
                    run.out.push('.');
                }
                inserted => run.insert(inserted),
            }
        }
        run.out
    }
}

/// A field being edited.
struct Run {
    out: String,
    blank: char,
    /// What is put down before the first character that is shown.
    floating: Option<char>,
    /// Nothing but `blank` so far.
    suppressing: bool,
}

impl Run {
    fn digit(&mut self, symbol: char, digit: char) {
        if self.suppressing && digit == '0' && symbol != '9' {
            self.out.push(self.blank);
        } else {
            self.stop();
            self.out.push(digit);
        }
    }

    fn insert(&mut self, symbol: char) {
        self.out.push(match symbol {
            _ if self.suppressing => self.blank,
            'B' => ' ',
            symbol => symbol,
        });
    }

    fn stop(&mut self) {
        if std::mem::take(&mut self.suppressing)
            && let Some(symbol) = self.floating
        {
            self.out.pop();
            self.out.push(symbol);
        }
    }
}

/// A character of a sign or currency symbol that does not float.
fn own_place(symbol: char, negative: bool) -> char {
    match symbol {
        'C' | 'R' | 'D' | 'B' if negative => symbol,
        'C' | 'R' | 'D' | 'B' => ' ',
        symbol => sign_or_currency(symbol, negative),
    }
}

fn sign_or_currency(symbol: char, negative: bool) -> char {
    match symbol {
        '+' | '-' if negative => '-',
        '-' => ' ',
        symbol => symbol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Edited = Edited {
        whole: 5,
        behind: 2,
        fill: Fill::Spaces,
        shown: 1,
        mark: Mark::None,
        group: Some(','),
        currency: false,
        blank_when_zero: false,
    };

    /// Rows of the Language Reference's tables of editing examples, and what its text says of zero.
    #[test]
    fn fields_look_as_the_manual_shows_them() {
        let float = |fill, shown| Edited {
            fill: Fill::Floating(fill),
            shown,
            whole: 4,
            ..PLAIN
        };
        let stars = Edited {
            fill: Fill::Asterisks,
            mark: Mark::Trailing('+'),
            ..PLAIN
        };
        let none = Edited { shown: 0, ..PLAIN };
        for (edited, value, picture, expected) in [
            (PLAIN, 123_456, "ZZ,ZZ9.99", " 1,234.56"),
            (PLAIN, 5, "ZZ,ZZ9.99", "     0.05"),
            (stars, 123_456, "**,**9.99+", "*1,234.56+"),
            (stars, -1_234_567, "**,**9.99+", "12,345.67-"),
            (float('$', 1), 12_345, "$$,$$9.99", "  $123.45"),
            (float('$', 1), 123_456, "$$,$$9.99", "$1,234.56"),
            (float('+', 0), -123_456, "++,+++.++", "-1,234.56"),
            (float('-', 0), 5, "--,---.--", "      .05"),
            (float('+', 0), -5, "++,+++.++", "     -.05"),
            (float('-', 0), 0, "--,---.--", "         "),
            (none, 0, "ZZ,ZZZ.ZZ", "         "),
            (none, 5, "ZZ,ZZZ.ZZ", "      .05"),
            (Edited { shown: 0, ..stars }, 0, "**,***.**+", "******.***"),
            (
                Edited {
                    currency: true,
                    mark: Mark::Credit,
                    shown: 5,
                    ..PLAIN
                },
                -1_234,
                "$99,999.99CR",
                "$00,012.34CR",
            ),
            (
                Edited {
                    group: Some('B'),
                    mark: Mark::Leading('-'),
                    ..PLAIN
                },
                1_234_500,
                "-ZZBZZ9.99",
                " 12 345.00",
            ),
        ] {
            assert_eq!(edited.picture(), picture);
            assert_eq!(edited.characters(value), expected, "{picture} {value}");
        }
    }
}
