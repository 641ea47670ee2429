//! Random copybooks: what is written comes back, and the layout adds up.

use crate::check::check;
use copybook_decode::Schema;
use copybook_decode::schema::{CopybookOptions, Kind, SourceFormat};
use proptest::prelude::*;

/// A numeric picture with the digits, scale and sign it must come back with.
#[derive(Debug, Clone)]
struct Numeric {
    text: String,
    digits: usize,
    scale: i32,
    signed: bool,
}

/// `count` times 9, written out, counted or both.
fn nines(count: usize, style: u8) -> String {
    match style % 3 {
        _ if count == 0 => String::new(),
        0 => "9".repeat(count),
        1 => format!("9({count})"),
        _ => format!("9({:03}){}", 1, nines(count - 1, 1)),
    }
}

fn numeric() -> impl Strategy<Value = Numeric> {
    (
        any::<bool>(),
        0usize..=19,
        0usize..=19,
        0usize..=6,
        any::<[u8; 2]>(),
    )
        .prop_filter("a digit", |(_, whole, fraction, ..)| whole + fraction > 0)
        .prop_map(|(signed, whole, fraction, p, styles)| {
            let sign = if signed { "S" } else { "" };
            let scaled = p > 0 && whole + fraction + p <= 38 && (whole == 0 || fraction == 0);
            let (text, scale) = match (scaled, whole, fraction) {
                (true, 0, f) => (format!("VP({p}){}", nines(f, styles[1])), (f + p) as i32),
                (true, w, _) => (format!("{}P({p})", nines(w, styles[0])), -(p as i32)),
                (false, w, 0) => (nines(w, styles[0]), 0),
                (false, w, f) => (
                    format!("{}V{}", nines(w, styles[0]), nines(f, styles[1])),
                    f as i32,
                ),
            };
            Numeric {
                text: format!("{sign}{text}"),
                digits: whole + fraction,
                scale,
                signed,
            }
        })
}

/// What a child of the record looks like, with its size at the most and at the least.
#[derive(Debug, Clone)]
enum Item {
    Text(usize),
    Number(Numeric, u8),
    Table(usize, Vec<Item>),
    /// Least and greatest count behind a counter of its own.
    Variable(usize, usize, Vec<Item>),
    /// A group and a text that redefines it.
    Redefined(Vec<Item>, usize),
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let leaf = prop_oneof![
        (1usize..200).prop_map(Item::Text),
        (numeric(), any::<u8>()).prop_map(|(n, usage)| Item::Number(n, usage)),
    ];
    let item = leaf.prop_recursive(4, 24, 4, |inner| {
        let some = prop::collection::vec(inner, 1..4);
        prop_oneof![
            (1usize..9, some.clone()).prop_map(|(n, items)| Item::Table(n, items)),
            (0usize..4, 0usize..9, some.clone()).prop_map(|(min, more, items)| Item::Variable(
                min,
                min + more + 1,
                items
            )),
            (some, 1usize..99).prop_map(|(items, n)| Item::Redefined(items, n)),
        ]
    });
    prop::collection::vec(item, 1..5)
}

/// Writes copybook text and adds up bytes as it goes, by the definitions of the usages.
#[derive(Default)]
struct Writer {
    lines: Vec<String>,
    names: usize,
}

impl Writer {
    /// Least and greatest bytes of the items.
    fn items(&mut self, items: &[Item], level: usize) -> (usize, usize) {
        items
            .iter()
            .map(|i| self.item(i, level))
            .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    }

    fn name(&mut self, level: usize, clauses: &str) -> String {
        self.names += 1;
        let name = format!("F{}", self.names);
        self.lines.push(format!("{level:02} {name} {clauses}."));
        name
    }

    fn item(&mut self, item: &Item, level: usize) -> (usize, usize) {
        match item {
            Item::Text(n) => {
                self.name(level, &format!("PIC X({n})"));
                (*n, *n)
            }
            Item::Number(n, usage) => {
                let (clause, size) = match usage % 3 {
                    0 => ("DISPLAY", n.digits),
                    1 => ("COMP-3", n.digits / 2 + 1),
                    _ if n.digits <= 18 => (
                        "COMP",
                        [2, 4, 8][usize::from(n.digits > 4) + usize::from(n.digits > 9)],
                    ),
                    _ => ("USAGE IS PACKED-DECIMAL", n.digits / 2 + 1),
                };
                self.name(level, &format!("PIC {} {clause}", n.text));
                (size, size)
            }
            Item::Table(n, items) => {
                self.name(level, &format!("OCCURS {n} TIMES"));
                let (min, max) = self.items(items, level + 1);
                (min * n, max * n)
            }
            Item::Variable(low, high, items) => {
                let counter = self.name(level, "PIC 9(2)");
                self.name(
                    level,
                    &format!("OCCURS {low} TO {high} DEPENDING ON {counter}"),
                );
                let (min, max) = self.items(items, level + 1);
                (2 + min * low, 2 + max * high)
            }
            Item::Redefined(items, n) => {
                let target = self.name(level, "");
                let (min, max) = self.items(items, level + 1);
                self.name(level, &format!("REDEFINES {target} PIC X({n})"));
                (min.max(*n), max.max(*n))
            }
        }
    }
}

/// The same words, one a line, in columns 8 to 72 with sequence numbers and comments.
fn fixed(lines: &[String]) -> String {
    let words = lines.iter().flat_map(|line| line.split_whitespace());
    words
        .map(|w| format!("000100 {w:<65}IGNORED.\n000200* 05 COMMENT PIC X.\n"))
        .collect()
}

/// All that a schema says except for the lines of the copybook.
fn but_lines(schema: &Schema) -> Vec<impl PartialEq + std::fmt::Debug> {
    schema
        .iter()
        .map(|(id, field)| {
            let path = (field.level(), schema.path(id), schema.ancestors(id).next());
            let place = (field.offset(), field.size(), field.redefines());
            let clauses = (field.occurs(), field.picture(), field.usage());
            (path, place, clauses, field.kind(), field.conditions())
        })
        .collect()
}

proptest! {
    #[test]
    fn digits_scale_and_sign_come_back(picture in numeric()) {
        let schema = Schema::parse(&format!("01 A PIC {}.", picture.text)).unwrap();
        let Kind::Zoned { number, sign, .. } = schema.fields()[0].kind() else { panic!() };
        prop_assert_eq!(usize::from(number.digits), picture.digits);
        prop_assert_eq!(i32::from(number.scale), picture.scale);
        prop_assert_eq!(*sign != copybook_decode::schema::Sign::Unsigned, picture.signed);
        prop_assert_eq!(schema.fields()[0].size(), picture.digits);
    }

    #[test]
    fn layouts_add_up_in_both_formats(items in items()) {
        let mut writer = Writer { lines: vec!["01 R.".to_owned()], names: 0 };
        let lengths = writer.items(&items, 2);
        let free = Schema::parse(&writer.lines.join("\n")).unwrap();
        prop_assert_eq!(check(&free), Ok(()));
        prop_assert_eq!(free.record_length(free.roots()[0]), lengths);
        let fixed = Schema::parse(&fixed(&writer.lines)).unwrap();
        prop_assert_eq!(but_lines(&fixed), but_lines(&free));
    }

    #[test]
    fn copying_and_replacing_nothing_changes_nothing(items in items()) {
        let mut writer = Writer::default();
        writer.items(&items, 2);
        let body = writer.lines.join("\n");
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("M.cpy"), body.replace('F', ":TAG:")).unwrap();
        let options = CopybookOptions {
            format: SourceFormat::Free,
            copy_dirs: vec![dir.path().to_owned()],
            ..CopybookOptions::default()
        };
        let text = "01 R. COPY M REPLACING ==:TAG:== BY ==F== ==( == BY ==(== ==NOWHERE== BY ==99==.";
        let copied = Schema::parse_bytes(text.as_bytes(), &options).unwrap();
        let direct = Schema::parse(&format!("01 R.\n{body}")).unwrap();
        prop_assert_eq!(but_lines(&copied), but_lines(&direct));
    }

    #[test]
    fn words_in_any_order_never_panic(words in prop::collection::vec(prop::sample::select(vec![
        "01", "05", "10", "66", "77", "88", "A", "B", "N", "FILLER", ".", ".", "PIC", "X(3)", "9(4)",
        "S9(3)V99", "ZZ9.9-", "COMP", "COMP-3", "OCCURS", "3", "TO", "DEPENDING", "REDEFINES",
        "RENAMES", "THRU", "VALUE", "'x'", "SYNC", "SIGN", "LEADING", "SEPARATE", "N(2)", "COMP-1",
        "NATIONAL", "COMP-X", "-9V9E-99", "U(2)", "BYTE-LENGTH", "REPLACE", "==A==", "BY", "OBJECT", "REFERENCE",
    ]), 0..60), format in prop::sample::select(vec![SourceFormat::Auto, SourceFormat::Fixed, SourceFormat::Free])) {
        let options = CopybookOptions { format, ..CopybookOptions::default() };
        match Schema::parse_bytes(format!("        01 R. {}", words.join(" ")).as_bytes(), &options) {
            Ok(schema) => prop_assert_eq!(check(&schema), Ok(())),
            Err(error) => prop_assert_eq!(error.to_string().lines().count(), 4),
        }
    }
}
