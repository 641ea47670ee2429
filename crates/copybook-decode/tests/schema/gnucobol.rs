//! Sizes that GnuCOBOL gives the same items: an implementation nobody here wrote.

use std::process::Command;

use copybook_decode::Schema;

/// Clauses of one item each. Left out, since GnuCOBOL aligns and sizes by other rules than
/// Enterprise COBOL: SYNC of 10 digits and more (it uses doublewords), binaries of more than 18
/// digits, POINTER (8 bytes), COMP-X of S9(7) and S9(12), which it gives no room for a sign.
const ITEMS: &[&str] = &[
    "PIC X(10)",
    "PIC A(3)",
    "PIC XB9(3)/0",
    "PIC 0X(3)0",
    "PIC N(3)",
    "PIC 9(5)",
    "PIC S9(5)",
    "PIC S9(3)V99",
    "PIC 9(5)PPP",
    "PIC PPP9(5)",
    "PIC SVP(3)99",
    "PIC Z(3)9.99-",
    "PIC $$,$$9.99",
    "PIC -(5)9.9(2)",
    "PIC +9(6)V99",
    "PIC 9(6)V99+",
    "PIC **9,999DB",
    "PIC ZZ9.99CR",
    "PIC +++,++9",
    "PIC $Z,ZZ9.99-",
    "PIC 9(3)/99/9(4)",
    "PIC Z(6)VZZ-",
    "PIC -$$$9.99",
    "PIC 9(2)BB9(3)",
    "PIC ZZZ",
    "PIC ***.**",
    "PIC $***,**9.99CR",
    "PIC +Z9",
    "PIC 99V99-",
    "PIC $99.99",
    "PIC BZZ9",
    "PIC Z,Z",
    "PIC S9(4) COMP",
    "PIC 9(5) COMP",
    "PIC S9(9) COMP-5",
    "PIC 9(10) COMP",
    "PIC S9(18) BINARY",
    "PIC S9(7) COMP-3",
    "PIC 9(8) COMP-3",
    "PIC 9(8) COMP-6",
    "PIC 9(7) COMP-6",
    "PIC X(3) COMP-X",
    "PIC X(8) COMP-N",
    "PIC 9(2) COMP-X",
    "PIC 9(7) COMP-X",
    "PIC 9(12) COMP-X",
    "PIC 9(16) COMP-N",
    "PIC S9(6) COMP-X",
    "PIC S9(11) COMP-X",
    "COMP-1",
    "COMP-2",
    "INDEX",
    "PIC S9(5) SIGN LEADING SEPARATE",
    "PIC S9(5) SIGN TRAILING",
    "PIC S9(3) SIGN IS TRAILING SEPARATE CHARACTER",
    "PIC 9(5) BLANK WHEN ZERO",
    "PIC Z(5)9 BLANK ZERO",
    "PIC SPPP9 COMP",
    "PIC S9(10)PPP COMP",
    ". 10 PIC X. 10 PIC S9(4) COMP SYNC. 10 PIC X. 10 PIC S9(9) COMP SYNC",
    ". 10 PIC X. 10 OCCURS 3. 15 PIC X. 15 PIC S9(5) COMP SYNC. 15 PIC X(5)",
    ". 10 PIC X(3). 10 A PIC X(4). 10 B REDEFINES A PIC X(2). 10 C REDEFINES A PIC 9(4)",
    ". 10 PIC X(5) OCCURS 7. 10 OCCURS 3. 15 PIC 9 OCCURS 4 COMP-3",
    " USAGE COMP-3. 10 PIC 9(5). 10 PIC S9(8)",
    " SIGN LEADING SEPARATE. 10 PIC S9(3). 10 PIC 9(3)",
    ". 10 PIC X. 10 COMP-1 SYNC. 10 PIC X. 10 COMP-2 SYNC",
];

#[test]
fn gnucobol_gives_the_same_sizes() {
    if Command::new("cobc").arg("--version").output().is_err() {
        println!("skipped: cobc (GnuCOBOL) not present");
        return;
    }
    let entries: Vec<String> = ITEMS
        .iter()
        .enumerate()
        .map(|(i, item)| {
            // One entry a line, so that none reaches column 73.
            format!(
                "           05 F{i} {}.\n",
                item.replace(". 1", ".\n           1")
            )
        })
        .collect();
    let shows: Vec<String> = (0..ITEMS.len())
        .map(|i| format!("           DISPLAY LENGTH OF F{i}.\n"))
        .collect();
    let program = format!(
        "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. SIZES.\n       DATA DIVISION.\n       \
         WORKING-STORAGE SECTION.\n       01 R.\n{}       PROCEDURE DIVISION.\n{}           STOP RUN.\n",
        entries.concat(),
        shows.concat()
    );
    let dir = tempfile::tempdir().unwrap();
    let (source, binary) = (dir.path().join("sizes.cob"), dir.path().join("sizes"));
    std::fs::write(&source, program).unwrap();
    let built = Command::new("cobc")
        .args(["-std=ibm", "-x", "-o"])
        .args([&binary, &source])
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let output = Command::new(&binary).output().unwrap();
    let theirs: Vec<usize> = String::from_utf8(output.stdout)
        .unwrap()
        .split_whitespace()
        .map(|word| word.parse().unwrap())
        .collect();

    let schema = Schema::parse(&format!("       01 R.\n{}", entries.concat())).unwrap();
    let ours: Vec<usize> = schema
        .children(schema.roots()[0])
        .iter()
        .map(|c| schema.field(*c).size())
        .collect();
    assert_eq!(theirs.len(), ITEMS.len());
    for ((item, theirs), ours) in ITEMS.iter().zip(theirs).zip(ours) {
        assert_eq!(ours, theirs, "{item}");
    }
}
