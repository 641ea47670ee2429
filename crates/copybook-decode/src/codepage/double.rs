//! Characters of two bytes.

use std::collections::BTreeMap;

/// What two bytes stand for, and how text says that they belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DoubleBytes {
    /// By the first byte times 256 plus the second.
    chars: Box<[Option<char>]>,
    /// Those that are two characters: a letter and its accent, for example.
    sequences: BTreeMap<u16, Box<str>>,
    /// Whether any character starts with a byte.
    leads: Box<[bool; 256]>,
    switch: Switch,
}

/// How text that also has characters of one byte says which are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    /// Shift-out X'0E' before them and shift-in X'0F' behind them, as in EBCDIC.
    Shifts,
    /// By the first byte, as in the code pages of personal computers.
    Lead,
}

impl DoubleBytes {
    /// No characters yet.
    pub(crate) fn new(switch: Switch) -> DoubleBytes {
        DoubleBytes {
            chars: vec![None; 1 << 16].into(),
            sequences: BTreeMap::new(),
            leads: Box::new([false; 256]),
            switch,
        }
    }

    /// Assigns a character, or two that are written together; false if the bytes have some already,
    /// or for none.
    pub(crate) fn assign(&mut self, bytes: [u8; 2], text: &str) -> bool {
        let code = u16::from_be_bytes(bytes);
        let slot = &mut self.chars[usize::from(code)];
        if text.is_empty() || slot.is_some() || self.sequences.contains_key(&code) {
            return false;
        }
        self.leads[usize::from(bytes[0])] = true;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (one, None) => *slot = one,
            _ => {
                self.sequences.insert(code, text.into());
            }
        }
        true
    }

    /// How text says which bytes belong together.
    pub(crate) fn switch(&self) -> Switch {
        self.switch
    }

    /// Every assigned pair of bytes with its characters, in order.
    #[cfg(any(test, feature = "serde"))]
    pub(crate) fn iter(&self) -> impl Iterator<Item = ([u8; 2], String)> + '_ {
        (0..=u16::MAX).map(u16::to_be_bytes).filter_map(|bytes| {
            let mut text = String::new();
            self.append(bytes, &mut text).then_some((bytes, text))
        })
    }

    /// Appends what two bytes stand for; false if they are unassigned.
    pub(crate) fn append(&self, bytes: [u8; 2], out: &mut String) -> bool {
        let code = u16::from_be_bytes(bytes);
        if let Some(character) = self.chars[usize::from(code)] {
            out.push(character);
            return true;
        }
        let sequence = self.sequences.get(&code);
        out.extend(sequence.map(|text| &**text));
        sequence.is_some()
    }

    /// Whether any character starts with this byte.
    pub(crate) fn leads(&self, first: u8) -> bool {
        self.leads[usize::from(first)]
    }
}
