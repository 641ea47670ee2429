//! COPY: members, replacing, and what must not be copied.

use std::fs;

use copybook_decode::Schema;
use copybook_decode::schema::CopybookOptions;

/// Parses `text` with the given members in one folder.
fn parse(members: &[(&str, &str)], text: &str) -> Result<Schema, String> {
    let dir = tempfile::tempdir().unwrap();
    for (name, body) in members {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body).unwrap();
    }
    let copy_dirs = vec![dir.path().to_owned()];
    Schema::parse_bytes(
        text.as_bytes(),
        &CopybookOptions {
            copy_dirs,
            ..CopybookOptions::default()
        },
    )
    .map_err(|e| e.to_string())
}

fn names(schema: &Schema) -> Vec<&str> {
    schema.fields().iter().map(|f| f.name()).collect()
}

#[test]
fn tags_in_the_middle_of_names_are_replaced() {
    let member = "           05 :TAG:-ID PIC 9(:LEN:).\n           05 X-:TAG: PIC X.\n";
    let text = "       01 R.\n           COPY CUST REPLACING ==:TAG:== BY ==NEW==\n               ==:LEN:== BY ==7==.\n           05 END-MARK PIC X.\n";
    let schema = parse(&[("cust.cpy", member)], text).unwrap();
    assert_eq!(names(&schema), ["R", "NEW-ID", "X-NEW", "END-MARK"]);
    assert_eq!(schema.record_length(schema.roots()[0]), (9, 9));
}

#[test]
fn words_literals_parts_and_nothing_are_replaced() {
    let member = "05 OLD-A PIC X(2). 05 OLD-B PIC XX VALUE 'p'. 05 C-OLD PIC X. 05 NAME PIC X.";
    let text = "01 R. COPY 'M.txt' REPLACING LEADING ==OLD-== BY ==N-== TRAILING ==-OLD== BY ==== NAME BY OTHER 'p' BY 'q'.";
    let schema = parse(&[("M.txt", member)], text).unwrap();
    assert_eq!(names(&schema), ["R", "N-A", "N-B", "C", "OTHER"]);
    let removed = parse(
        &[("M", "05 A PIC X. 05 B PIC X.")],
        "01 R. COPY M REPLACING ==05 B PIC X.== BY ====.",
    );
    assert_eq!(names(&removed.unwrap()), ["R", "A"]);
}

#[test]
fn a_library_is_a_folder_in_the_folder() {
    let members = [
        ("lib/INNER.cpy", "05 A PIC X."),
        ("OUTER.cob", "COPY INNER OF LIB. 05 B PIC X."),
    ];
    let schema = parse(&members, "01 R. COPY OUTER. 05 C PIC X.").unwrap();
    assert_eq!(names(&schema), ["R", "A", "B", "C"]);
}

#[test]
fn circles_paths_and_missing_members_are_errors() {
    let circle = [("A", "COPY B."), ("B", "05 X PIC X. COPY A.")];
    let error = parse(&circle, "01 R. COPY A.").unwrap_err();
    assert!(
        error.contains("copybook member B, line 1") && error.contains("copies itself"),
        "{error}"
    );
    let error = parse(&[], "01 R. COPY '../etc/passwd'.").unwrap_err();
    assert!(error.contains("without a path"), "{error}");
    let error = parse(&[], "01 R. COPY NOWHERE.").unwrap_err();
    assert!(error.contains("expected a member NOWHERE"), "{error}");
    let error = Schema::parse("01 R. COPY A.").unwrap_err().to_string();
    assert!(
        error.contains("expected a folder to copy from, none was given"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused() {
    let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("SECRET"), "05 A PIC X.").unwrap();
    std::os::unix::fs::symlink(outside.path().join("SECRET"), inside.path().join("M")).unwrap();
    let options = CopybookOptions {
        copy_dirs: vec![inside.path().to_owned()],
        ..CopybookOptions::default()
    };
    let error = Schema::parse_bytes("01 R. COPY M.".as_bytes(), &options)
        .unwrap_err()
        .to_string();
    assert!(error.contains("a link that leads out of it"), "{error}");
}

#[test]
fn members_that_multiply_are_bounded() {
    let twice = |name: &str| format!("COPY {name}. COPY {name}.");
    let members: Vec<(String, String)> = (0..30)
        .map(|i| (format!("M{i}"), twice(&format!("M{}", i + 1))))
        .collect();
    let mut members: Vec<(&str, &str)> = members
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    members.push(("M30", "05 FILLER PIC X."));
    let error = parse(&members, "01 R. COPY M0.").unwrap_err();
    assert!(error.contains("members"), "{error}");
}

/// Language Reference, "REPLACE statement": carried out behind every COPY, until the next one.
#[test]
fn replace_holds_until_the_next_one_in_members_too() {
    let members = [("M.cpy", "05 ALPHA-ID PIC X. 05 :N: PIC X.")];
    let text = "REPLACE LEADING ==ALPHA== BY ==BETA== ==:N:== BY ==N1==.
        01 R. COPY M. 05 ALPHA-A PIC X.
        REPLACE ==PIC X== BY ==PIC 9(4)==. 05 ALPHA-B PIC X.
        REPLACE OFF. 05 ALPHA-C PIC X.";
    let schema = parse(&members, text).unwrap();
    assert_eq!(
        names(&schema),
        ["R", "BETA-ID", "N1", "BETA-A", "ALPHA-B", "ALPHA-C"]
    );
    assert_eq!(schema.record_length(schema.roots()[0]), (8, 8));
    // What REPLACING puts in, REPLACE finds.
    let text = "REPLACE ==PIC Z== BY ==PIC X(7)==. 01 R. COPY M REPLACING ==X== BY ==Z== :N: BY B.";
    let schema = parse(&members, text).unwrap();
    assert_eq!(schema.record_length(schema.roots()[0]), (14, 14));
    for text in [
        "       REPLACE ==A== BY ==B==.\n       01 A PIC X.\n",
        "REPLACE ==A== BY ==B==.\n01 A PIC X.\n",
    ] {
        assert_eq!(names(&parse(&[], text).unwrap()), ["B"]);
    }
}

#[test]
fn what_replace_put_in_is_wrong_where_it_was_written() {
    let text = "01 R. REPLACE ==X== BY ==Q==. COPY M.";
    let error = parse(&[("M.cpy", "05 A PIC X.")], text).unwrap_err();
    assert!(
        error.starts_with("copybook line 1, column 26: picture `Q`"),
        "{error}"
    );
}
