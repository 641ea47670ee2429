//! The named data sets: a description, a seed and a number of records.

use crate::encode::{self, Encoding};
use crate::lines::{self, Style};
use crate::model::{Decimal, Description, Item, Kind, Node, Occurs, Sign};
use crate::value::Drawing;

/// A data set whose answer is known. Nothing is generated until it is asked for.
#[derive(Debug, Clone)]
pub struct Workload {
    /// Name, as in benchmark names: `display_heavy`.
    pub name: &'static str,
    /// What a record looks like.
    pub description: Description,
    /// Seed of all values.
    pub seed: u64,
    /// Number of records.
    pub records: u64,
}

/// Makes a data set with so many records.
type Constructor = fn(u64) -> Workload;

impl Workload {
    /// Ten text fields of 50 characters: 500 bytes a record, as the predecessor's.
    pub fn display_heavy(records: u64) -> Self {
        Self::repeated(
            "display_heavy",
            "TEXT",
            10,
            Kind::Text { length: 50 },
            0xd15b,
            records,
        )
    }

    /// Ten `S9(9)V9(2) COMP-3`: 60 bytes a record, as the predecessor's.
    pub fn comp3_heavy(records: u64) -> Self {
        Self::repeated(
            "comp3_heavy",
            "AMOUNT",
            10,
            Kind::Packed(AMOUNT),
            0xc03b,
            records,
        )
    }

    /// Ten `S9(9)V9(2)` DISPLAY: 110 bytes a record.
    pub fn zoned_heavy(records: u64) -> Self {
        let kind = Kind::Zoned(AMOUNT, Sign::Trailing);
        Self::repeated("zoned_heavy", "AMOUNT", 10, kind, 0x20ed, records)
    }

    /// Integers in COMP of its three sizes, signed and unsigned: 50 bytes a record. No decimals, since
    /// a rival drops the point of binary fields and could not be compared; those are in
    /// [`Workload::binary_scaled`].
    pub fn binary_heavy(records: u64) -> Self {
        let kinds = [
            (4, 0, true),
            (4, 0, false),
            (9, 0, true),
            (9, 0, true),
            (8, 0, false),
            (18, 0, true),
            (18, 0, true),
            (15, 0, false),
            (3, 0, true),
            (10, 0, true),
        ];
        Self::of("binary_heavy", binaries(&kinds), 0xb14a, records)
    }

    /// COMP with decimals: 26 bytes a record.
    pub fn binary_scaled(records: u64) -> Self {
        let kinds = [
            (9, 2, true),
            (18, 4, true),
            (15, 2, false),
            (3, 1, true),
            (7, 7, false),
        ];
        Self::of("binary_scaled", binaries(&kinds), 0xb5ca, records)
    }

    /// A customer with address, balances and ten orders: text, zoned, packed and binary in the
    /// proportions of a master file.
    pub fn customer(records: u64) -> Self {
        Self::of("customer", customer(), 0xc057, records)
    }

    /// An account with 0 to 40 movements, OCCURS DEPENDING ON, padded to the greatest length.
    pub fn odo_heavy(records: u64) -> Self {
        let movements = Item::table(
            "MOVEMENT",
            Occurs::DependingOn {
                min: 0,
                max: 40,
                counter: "MOVEMENT-COUNT".to_owned(),
            },
            Node::Group(vec![
                Item::once(
                    "BOOKED",
                    Node::Field(Kind::Zoned(integer(8), Sign::Trailing)),
                ),
                Item::once("AMOUNT", Node::Field(Kind::Packed(AMOUNT))),
                Item::once("PURPOSE", text(12)),
            ]),
        );
        let items = vec![
            Item::once("ACCOUNT", text(20)),
            Item::once("MOVEMENT-COUNT", Node::Field(Kind::Packed(integer(3)))),
            movements,
        ];
        Self::of("odo_heavy", items, 0x0d00, records)
    }

    /// 1,400 fields in 9,000 bytes: the record of a warehouse's extract, where every field of a dozen
    /// files ended up side by side. Text, zoned, packed and binary in turn.
    pub fn wide(records: u64) -> Self {
        Self::of("wide", wide(1_400), 0x31de, records)
    }

    /// The same with 5,000 fields: as long as copybooks get that programs write.
    pub fn widest(records: u64) -> Self {
        Self::of("5000_fields", wide(5_000), 0x31de, records)
    }

    /// Every data set with its name, and how it is made with so many records.
    const ALL: [(&str, Constructor); 8] = [
        ("display_heavy", Self::display_heavy),
        ("comp3_heavy", Self::comp3_heavy),
        ("zoned_heavy", Self::zoned_heavy),
        ("binary_heavy", Self::binary_heavy),
        ("binary_scaled", Self::binary_scaled),
        ("customer", Self::customer),
        ("odo_heavy", Self::odo_heavy),
        ("wide", Self::wide),
    ];

    /// The names of all data sets; none is made for it, since a command line needs them at every start.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().map(|(name, _)| name)
    }

    /// Every data set, each with about `bytes` of input.
    pub fn all(bytes: u64) -> Vec<Self> {
        let new = Self::ALL.into_iter().map(|(_, new)| new(1).sized(bytes));
        new.collect()
    }

    /// The data set of this name, with about `bytes` of input.
    #[must_use]
    pub fn named(name: &str, bytes: u64) -> Option<Self> {
        let (_, new) = Self::ALL.into_iter().find(|(known, _)| *known == name)?;
        Some(new(1).sized(bytes))
    }

    /// The same with as many records as fit into `bytes`, at least one.
    #[must_use]
    pub fn sized(mut self, bytes: u64) -> Self {
        self.records = (bytes / self.record_length() as u64).max(1);
        self
    }

    /// Bytes of a record.
    pub fn record_length(&self) -> usize {
        self.description.record_length()
    }

    /// Bytes of all records.
    pub fn bytes(&self) -> u64 {
        self.records * self.record_length() as u64
    }

    /// The copybook.
    pub fn copybook(&self) -> String {
        self.description.copybook()
    }

    /// Draws the values.
    pub fn drawing(&self) -> Drawing<'_> {
        Drawing::new(&self.description, self.seed)
    }

    /// All record bytes, back to back.
    pub fn data(&self) -> Vec<u8> {
        let drawing = self.drawing();
        let mut data = Vec::with_capacity(self.bytes() as usize);
        for index in 0..self.records {
            encode::record(
                &self.description,
                Encoding::default(),
                &drawing.record(index),
                &mut data,
            );
        }
        data
    }

    /// Bytes of a line of the expected output, by the mean of the first 50 records.
    pub fn typical_line(&self) -> u64 {
        let (drawing, mut lines) = (self.drawing(), String::new());
        for index in 0..50 {
            self.expected_line(&drawing, index, Style::default(), &mut lines);
        }
        lines.len().div_ceil(50) as u64
    }

    /// The records one by one, each as long as its DEPENDING ON tables make it.
    pub fn varying_records(&self) -> Vec<Vec<u8>> {
        let drawing = self.drawing();
        let record = |index| {
            let (mut bytes, values) = (Vec::new(), drawing.record(index));
            encode::varying_record(&self.description, Encoding::default(), &values, &mut bytes);
            bytes
        };
        (0..self.records).map(record).collect()
    }

    /// The line that a right decoder prints for record `index`, from 0, with line feed.
    pub fn expected_line(&self, drawing: &Drawing<'_>, index: u64, style: Style, out: &mut String) {
        lines::record(&self.description, &drawing.record(index), style, out);
    }

    fn repeated(
        name: &'static str,
        prefix: &str,
        count: usize,
        kind: Kind,
        seed: u64,
        records: u64,
    ) -> Self {
        let field = |i| Item::once(&format!("{prefix}-{i:02}"), Node::Field(kind));
        Self::of(name, (1..=count).map(field).collect(), seed, records)
    }

    fn of(name: &'static str, items: Vec<Item>, seed: u64, records: u64) -> Self {
        let root = format!("{}-RECORD", name.to_uppercase().replace('_', "-"));
        Workload {
            name,
            description: Description { name: root, items },
            seed,
            records,
        }
    }
}

const AMOUNT: Decimal = Decimal {
    digits: 11,
    scale: 2,
    signed: true,
};

/// (digits, scale, signed) each.
fn binaries(kinds: &[(usize, i32, bool)]) -> Vec<Item> {
    let binary = |&(digits, scale, signed): &(usize, i32, bool)| {
        Kind::Binary(Decimal {
            digits,
            scale,
            signed,
        })
    };
    let kinds = kinds.iter().map(binary).enumerate();
    kinds
        .map(|(i, kind)| Item::once(&format!("COUNT-{:02}", i + 1), Node::Field(kind)))
        .collect()
}

fn integer(digits: usize) -> Decimal {
    Decimal {
        digits,
        scale: 0,
        signed: false,
    }
}

fn text(length: usize) -> Node {
    Node::Field(Kind::Text { length })
}

/// Seven kinds of 45 bytes together, again and again.
fn wide(fields: usize) -> Vec<Item> {
    let kinds = [
        Kind::Text { length: 12 },
        Kind::Zoned(
            Decimal {
                digits: 9,
                scale: 2,
                signed: true,
            },
            Sign::Trailing,
        ),
        Kind::Packed(AMOUNT),
        Kind::Binary(integer(9)),
        Kind::Text { length: 2 },
        Kind::Zoned(integer(8), Sign::Trailing),
        Kind::Packed(integer(7)),
    ];
    let fields = kinds.into_iter().cycle().take(fields).enumerate();
    fields
        .map(|(i, kind)| Item::once(&format!("FIELD-{:04}", i + 1), Node::Field(kind)))
        .collect()
}

fn customer() -> Vec<Item> {
    let zoned = |decimal| Node::Field(Kind::Zoned(decimal, Sign::Trailing));
    let packed = |decimal| Node::Field(Kind::Packed(decimal));
    let orders = Item::table(
        "ORDERS",
        Occurs::Times(10),
        Node::Group(vec![
            Item::once("ORDER-ID", Node::Field(Kind::Binary(integer(9)))),
            Item::once("ORDER-DATE", zoned(integer(8))),
            Item::once("ORDER-TOTAL", packed(AMOUNT)),
            Item::once("ORDER-STATE", text(2)),
        ]),
    );
    let address = vec![
        Item::once("STREET", text(30)),
        Item::once("CITY", text(25)),
        Item::once("POSTAL-CODE", text(10)),
        Item::once("COUNTRY", text(2)),
    ];
    vec![
        Item::once("CUSTOMER-ID", zoned(integer(10))),
        Item::once("CUSTOMER-NAME", text(40)),
        Item::once("HOME-ADDRESS", Node::Group(address)),
        Item::once("OPENED", zoned(integer(8))),
        Item::once(
            "BALANCE",
            packed(Decimal {
                digits: 13,
                scale: 2,
                signed: true,
            }),
        ),
        Item::once(
            "CREDIT-LIMIT",
            packed(Decimal {
                digits: 9,
                scale: 0,
                signed: false,
            }),
        ),
        Item::once(
            "RATING",
            Node::Field(Kind::Binary(Decimal {
                digits: 4,
                scale: 0,
                signed: true,
            })),
        ),
        orders,
    ]
}
