//! Makes records of any copybook: values as a program would have left them, and at times what only
//! an option accepts.

use std::collections::HashMap;

use crate::codepage::CodePage;
use crate::schema::{FieldId, Kind, Schema, Sign};

/// A record of the schema's first level-01 entry, in the code page. `entropy` decides on its
/// values; where it has run out they are zeros and spaces, so that what fails shrinks to records
/// that are easy to read.
pub(super) fn record(schema: &Schema, page: &CodePage, entropy: &[u8]) -> Vec<u8> {
    let mut maker = Maker {
        schema,
        page,
        entropy: entropy.iter(),
        counts: HashMap::new(),
        record: Vec::new(),
    };
    maker.field(schema.roots()[0]);
    maker.record
}

/// cp037 with a few characters of two bytes between shifts.
pub(super) fn mixed_page() -> CodePage {
    let mut text = String::from("<uconv_class> \"EBCDIC_STATEFUL\"\nCHARMAP\n");
    for (byte, char) in (0..=u8::MAX).zip(CodePage::Cp037.chars()) {
        if let Some(char) = char {
            text += &format!("<U{:04X}> \\x{byte:02X} |0\n", u32::from(*char));
        }
    }
    text += "<U3000> \\x40\\x40 |0\n<U3042> \\x44\\x81 |0\n<U20BB7> \\xB3\\xCD |0\n\
             <U304B><U309A> \\xEC\\xB5 |0\nEND CHARMAP\n";
    CodePage::from_mapping(MIXED, &text).expect("page")
}

const MIXED: &str = "mixed";

/// The codes of its characters of two bytes.
const DOUBLES: [[u8; 2]; 4] = [[0x40, 0x40], [0x44, 0x81], [0xB3, 0xCD], [0xEC, 0xB5]];

struct Maker<'a> {
    schema: &'a Schema,
    page: &'a CodePage,
    entropy: std::slice::Iter<'a, u8>,
    counts: HashMap<FieldId, usize>,
    record: Vec<u8>,
}

impl Maker<'_> {
    fn byte(&mut self) -> u8 {
        self.entropy.next().copied().unwrap_or(0)
    }

    /// `end` is at most 256.
    fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    fn wide(&mut self) -> u128 {
        (0..16).fold(0, |value, _| value << 8 | u128::from(self.byte()))
    }

    fn character(&self, character: char) -> u8 {
        byte_of(self.page, character).unwrap_or(0x20)
    }

    fn field(&mut self, id: FieldId) {
        let field = self.schema.field(id).clone();
        let count = field.occurs().map_or(1, |occurs| {
            let counted = occurs.depending_on().map(|counter| self.counts[&counter]);
            counted.unwrap_or(occurs.max().get())
        });
        for _ in 0..count {
            match field.kind() {
                Kind::Group { children } => self.group(children, field.size()),
                kind => self.leaf(id, kind, field.size()),
            }
        }
    }

    fn group(&mut self, children: &[FieldId], size: usize) {
        let start = self.record.len();
        for &child in children {
            if self.schema.field(child).redefines().is_none() {
                self.field(child);
            }
        }
        // A view may be longer than what it redefines.
        let occurs = |&child| self.schema.field(child).occurs().is_some();
        if !children.iter().any(occurs) && self.record.len() < start + size {
            self.record.resize(start + size, 0x40);
        }
    }

    fn leaf(&mut self, id: FieldId, kind: &Kind, size: usize) {
        let count = self.count(id);
        let (value, negative) = match count {
            Some(count) => (count as u128, false),
            None => {
                // Leading zeros, often up to the last digit.
                let digits = self.below(39) as u32;
                (self.wide() % 10u128.pow(digits), self.one_in(2))
            }
        };
        match kind {
            Kind::Text { .. } => self.text(size),
            Kind::National => self.national(size),
            Kind::Dbcs => self.doubles(size / 2),
            Kind::Zoned {
                number,
                sign,
                blank_when_zero,
            } => {
                let value = digits(value, number.digits.into());
                if *blank_when_zero && value.iter().all(|&digit| digit == 0) {
                    self.record.extend(vec![self.character(' '); size]);
                } else {
                    self.zoned(&value, *sign, negative);
                }
            }
            Kind::Packed {
                number,
                signed,
                sign_nibble,
            } => {
                let value = digits(value, number.digits.into());
                self.packed(value, *sign_nibble, *signed, negative, size);
            }
            Kind::Binary {
                number,
                signed,
                native,
                ..
            } => {
                let value = match *native && count.is_none() {
                    true => self.wide(),
                    false => value % 10u128.pow(number.digits.min(38).into()),
                };
                let minus = *signed && negative;
                let value = if minus { value.wrapping_neg() } else { value };
                self.record.extend(&value.to_be_bytes()[16 - size..]);
            }
            Kind::Edited { picture, .. } => self.edited(picture, negative),
            _ => {
                let bytes: Vec<u8> = (0..size).map(|_| self.byte() & 0x5F).collect();
                self.record.extend(bytes);
            }
        }
    }

    /// Within the bounds of every table that depends on the field, if one does.
    fn count(&mut self, id: FieldId) -> Option<usize> {
        let tables = self
            .schema
            .fields()
            .iter()
            .filter_map(|field| field.occurs());
        let counted = tables.filter(|occurs| occurs.depending_on() == Some(id));
        let bounds = counted.map(|occurs| (occurs.min(), occurs.max().get()));
        let (min, max) = bounds.reduce(|a, b| (a.0.max(b.0), a.1.min(b.1)))?;
        let count = min + self.below(max - min + 1);
        self.counts.insert(id, count);
        Some(count)
    }

    fn doubles(&mut self, count: usize) {
        for _ in 0..count {
            let code = DOUBLES[self.below(DOUBLES.len())];
            self.record.extend(code);
        }
    }

    fn text(&mut self, size: usize) {
        if size >= 4 && self.page.to_string() == MIXED && self.one_in(2) {
            let count = 1 + self.below((size - 2) / 2);
            self.record.push(0x0E);
            self.doubles(count);
            self.record.push(0x0F);
            let rest = size - 2 - 2 * count;
            self.record.extend(vec![self.character(' '); rest]);
            return;
        }
        let odd = self.one_in(8);
        let used = self.below(size + 1);
        let lead = usize::from(self.one_in(4));
        for at in 0..size {
            let byte = if odd {
                self.byte()
            } else if at < lead || at >= used {
                self.character(' ')
            } else {
                let letters = ['A', 'Z', 'q', '0', '9', '-', ' ', '_'];
                let letter = letters[self.below(8)];
                self.character(letter)
            };
            self.record.push(byte);
        }
    }

    fn national(&mut self, size: usize) {
        for _ in 0..size / 2 {
            let unit = [0x20, 0x41, 0xE4, 0x20AC, 0x22_u16][self.below(5)];
            self.record.extend(unit.to_be_bytes());
        }
    }

    /// Everything that can be suppressed is.
    fn edited(&mut self, picture: &str, negative: bool) {
        for symbol in picture.chars() {
            let shown = match symbol {
                '9' => char::from(b'0' + self.below(10) as u8),
                'C' | 'R' if negative => symbol,
                'Z' | '-' | 'C' | 'R' => ' ',
                inserted => inserted,
            };
            self.record.push(self.character(shown));
        }
    }

    fn packed(
        &mut self,
        digits: Vec<u8>,
        sign_nibble: bool,
        signed: bool,
        negative: bool,
        size: usize,
    ) {
        if self.one_in(16) {
            let blank = [0x00, 0x20, 0x40][self.below(3)];
            self.record.extend(vec![blank; size]);
            return;
        }
        let mut nibbles = digits;
        if sign_nibble {
            let usual = match (signed, negative) {
                (true, true) => 0xD,
                (true, false) => 0xC,
                _ => 0xF,
            };
            let lenient = self.one_in(16).then(|| 0xA + self.below(6) as u8);
            nibbles.push(lenient.unwrap_or(usual));
        }
        if nibbles.len() < 2 * size {
            nibbles.insert(0, 0);
        }
        let pairs = nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]);
        self.record.extend(pairs);
    }

    fn zoned(&mut self, digits: &[u8], sign: Sign, negative: bool) {
        let own = self.character(if negative { '-' } else { '+' });
        let written = digits
            .iter()
            .map(|&digit| self.character(char::from(b'0' + digit)));
        let mut bytes: Vec<u8> = written.collect();
        let last = digits.len() - 1;
        match sign {
            Sign::Unsigned => {}
            Sign::TrailingOverpunch => bytes[last] = self.overpunched(digits[last], negative),
            Sign::LeadingOverpunch => bytes[0] = self.overpunched(digits[0], negative),
            Sign::TrailingSeparate => bytes.push(own),
            Sign::LeadingSeparate => bytes.insert(0, own),
        }
        self.record.extend(bytes);
    }

    fn overpunched(&mut self, digit: u8, negative: bool) -> u8 {
        let lenient = self.one_in(16);
        match (byte_of(self.page, '0'), negative) {
            (Some(0xF0), _) if lenient => [0xA0, 0xB0, 0xE0, 0xF0][self.below(4)] | digit,
            (Some(0xF0), true) => 0xD0 | digit,
            (Some(0xF0), false) => 0xC0 | digit,
            _ if lenient => b'0' + digit,
            (_, true) => b"}JKLMNOPQR"[usize::from(digit)],
            (_, false) => b"{ABCDEFGHI"[usize::from(digit)],
        }
    }
}

/// The byte that stands for a character; the lowest where several do.
fn byte_of(page: &CodePage, character: char) -> Option<u8> {
    (0..=u8::MAX).find(|&byte| page.chars()[usize::from(byte)] == Some(character))
}

/// The last `count` digits of a value.
fn digits(value: u128, count: usize) -> Vec<u8> {
    let mut rest = value;
    let mut digits = vec![0; count];
    for digit in digits.iter_mut().rev() {
        *digit = (rest % 10) as u8;
        rest /= 10;
    }
    digits
}
