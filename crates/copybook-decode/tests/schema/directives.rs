//! Conditional compilation: which branch a compiler would see, and what is refused.

use copybook_decode::Schema;
use copybook_decode::schema::CopybookOptions;

/// Names of the elementary fields of a copybook, given definitions such as `A` and `N=3`.
fn fields(text: &str, definitions: &[&str]) -> Result<String, String> {
    let define = definitions.iter().map(|definition| {
        let (name, value) = definition.split_once('=').unwrap_or((definition, ""));
        (name.to_owned(), value.to_owned())
    });
    let options = CopybookOptions {
        define: define.collect(),
        ..CopybookOptions::default()
    };
    let schema =
        Schema::parse_bytes(text.as_bytes(), &options).map_err(|error| error.to_string())?;
    let leaves = schema
        .iter()
        .filter(|(id, _)| schema.children(*id).is_empty());
    let names: Vec<&str> = leaves.map(|(_, field)| field.name()).collect();
    Ok(names.join(" "))
}

/// A record of which each line in `lines` is a directive in area B or the name of a field.
fn copybook(lines: &str) -> String {
    let line = |line: &str| match line.trim() {
        directive if directive.starts_with(">>") => format!("       {directive}\n"),
        directive if directive.starts_with('$') => format!("      {directive}\n"),
        name => format!("           05 {name} PIC X.\n"),
    };
    let lines: String = lines.split(';').map(line).collect();
    format!("       01  R.\n{lines}")
}

#[test]
fn only_the_branch_that_holds_is_read() {
    let cases: &[(&str, &[&str], &str)] = &[
        (">>IF X IS DEFINED;A;>>ELSE;B;>>END-IF;C", &[], "B C"),
        (">>IF X IS DEFINED;A;>>ELSE;B;>>END-IF;C", &["X"], "A C"),
        (">> IF X NOT DEFINED;A;>> ELSE;B;>> END-IF", &["X"], "B"),
        (">>IF X IS NOT DEFINED;A;>>END-IF;B", &[], "A B"),
        (">>if x defined;A;>>end-if;B", &["X"], "A B"),
        (
            ">>IF N = 1;A;>>ELSE-IF N = 2;B;>>ELSE;C;>>END-IF",
            &["N=2"],
            "B",
        ),
        (
            ">>IF N = 1;A;>>ELIF N > 1;B;>>ELIF N = 2;C;>>END-IF;D",
            &["N=2"],
            "B D",
        ),
        (
            ">>IF N EQUAL TO 2 AND NOT M LESS THAN 3;A;>>END-IF;B",
            &["N=2", "M=3"],
            "A B",
        ),
        (
            ">>IF N >= 3 OR (N = 2 AND M <> 4);A;>>END-IF;B",
            &["N=2", "M=3"],
            "A B",
        ),
        (">>IF (N + 1) * 2 = 6;A;>>END-IF;B", &["N=2"], "A B"),
        (
            ">>IF N IS GREATER THAN OR EQUAL TO 2;A;>>END-IF;B",
            &["N=2"],
            "A B",
        ),
        (">>IF S = 'PROD';A;>>ELSE;B;>>END-IF", &["S=PROD"], "A"),
        (">>IF F;A;>>ELSE;B;>>END-IF", &["F=B'0'"], "B"),
        (
            ">>IF X DEFINED;>>IF Y = 1;A;>>ELSE;B;>>END-IF;>>ELSE;C;>>END-IF;D",
            &[],
            "C D",
        ),
        (
            ">>IF X DEFINED;A;>>IF Y DEFINED;B;>>ELSE;C;>>END-IF;>>END-IF;D",
            &["X"],
            "A C D",
        ),
        (">>DEFINE N AS 3;>>IF N = 3;A;>>END-IF;B", &[], "A B"),
        (
            ">>DEFINE N 3;>>DEFINE N AS 4 OVERRIDE;>>IF N = 4;A;>>END-IF;B",
            &[],
            "A B",
        ),
        (
            ">>DEFINE N AS PARAMETER;>>IF N DEFINED;A;>>END-IF;B",
            &[],
            "B",
        ),
        (
            ">>DEFINE N AS PARAMETER;>>IF N = 7;A;>>END-IF;B",
            &["N=7"],
            "A B",
        ),
        (">>DEFINE N AS OFF;>>IF N DEFINED;A;>>END-IF;B", &["N"], "B"),
        (
            ">>EVALUATE N;>>WHEN 1;A;>>WHEN 2 THRU 4;B;>>WHEN OTHER;C;>>END-EVALUATE",
            &["N=3"],
            "B",
        ),
        (
            ">>EVALUATE TRUE;>>WHEN N = 1;A;>>WHEN N < 9;B;>>WHEN OTHER;C;>>END-EVALUATE",
            &["N=3"],
            "B",
        ),
        (
            ">>EVALUATE N;>>WHEN 1;A;>>WHEN OTHER;C;>>END-EVALUATE;D",
            &["N=3"],
            "C D",
        ),
        ("$IF X DEFINED;A;$ELSE;B;$END;C", &["X"], "A C"),
        ("$SET CONSTANT N 3;$IF N = 3;A;$END;B", &[], "A B"),
        (
            "$SET ANS85 CONSTANT N(3) NOLIST;$IF N > 3;A;$ELSE;B;$END",
            &[],
            "B",
        ),
        (
            "$set constant P \"WIN\";$if P = \"WIN\";A;$end;B",
            &[],
            "A B",
        ),
        (">>PAGE a page;>>LISTING OFF;>>D 05 X PIC X(;A", &[], "A"),
        // What is left out need not make sense.
        (
            ">>IF X DEFINED;A(;>>NONSENSE 'a;>>IF 1 ~ 2;>>END-IF;>>ELSE;B;>>END-IF",
            &[],
            "B",
        ),
    ];
    for (lines, definitions, expected) in cases {
        let found = fields(&copybook(lines), definitions);
        assert_eq!(found.as_deref(), Ok(*expected), "{lines} {definitions:?}");
    }
}

#[test]
fn what_cannot_be_evaluated_is_refused_by_name_and_line() {
    for (lines, message) in [
        (
            ">>IF N = 1;A;>>END-IF",
            "line 2, column 13: >>IF: N is not defined; give its value with --define N=VALUE",
        ),
        (
            "A;>>IF X DEFINED;B",
            "line 3, column 8: expected the end of >>IF in the same file",
        ),
        (
            "A;>>ELSE;B",
            "line 3, column 8: expected an open IF before >>ELSE, found none",
        ),
        (
            "$IF X DEFINED;A;>>END-EVALUATE",
            "expected an open EVALUATE before >>END-EVALUATE, found $IF of line 2",
        ),
        (">>IF X DEFINED;A;>>ELSE;B;>>ELSE;C;>>END-IF", "line 6"),
        (
            "A;>>COBOL-WORDS EQUATE PIC WITH P",
            "line 3, column 8: the directive >>COBOL-WORDS is not supported",
        ),
        (
            "$SET MAKESYN \"A\"=\"B\";A",
            "the setting MAKESYN of $SET is not supported",
        ),
        (
            "$SET NOIBMCOMP;A",
            "the setting NOIBMCOMP of $SET is not supported",
        ),
        (
            ">>DEFINE N 1;>>DEFINE N 2;A",
            "line 3, column 17: expected OVERRIDE to define N anew, which is 1 already",
        ),
        (
            ">>IF 'A' = 1;A;>>END-IF",
            "expected two values of one kind to compare, found 'A' and 1",
        ),
        (
            ">>IF 1 / 0 = 1;A;>>END-IF",
            ">>IF: expected a result that is an integer",
        ),
        (">>IF X IS;A;>>END-IF", "X is not defined"),
        (
            ">>IF 1 = 1 B;A;>>END-IF",
            ">>IF: expected the end of the directive, found `B`",
        ),
        (
            ">>SOURCE FORMAT IS XOPEN;A",
            "expected FIXED, FREE or VARIABLE, found `XOPEN`",
        ),
    ] {
        let error = fields(&copybook(lines), &[]).expect_err(lines);
        assert!(error.contains(message), "{lines}\n{error}");
    }
    let deep = format!(">>IF {}1 = 1;A;>>END-IF", "(".repeat(200));
    assert!(fields(&copybook(&deep), &[]).is_err());
}

#[test]
fn directives_stand_in_every_column_and_change_the_format() {
    for text in [
        ">>IF X DEFINED\n01 R PIC X.\n>>ELSE\n01 S PIC X.\n>>END-IF\n",
        "       >>IF X DEFINED\n       01 R PIC X.\n       >>ELSE\n       01 S PIC X.\n       >>END-IF\n",
        "000100 >>IF X DEFINED                                                   ABC\n000200 01 R PIC X.\n000300>>ELSE\n000400 01 S PIC X.\n000500 >>END-IF\n",
        "$IF X DEFINED\n       01 R PIC X.\n$ELSE\n       01 S PIC X.\n$END\n",
        "       >>SOURCE FORMAT IS FREE\n>>IF X DEFINED\n01 R PIC X.\n>>ELSE\n01 S PIC X. >>END-IF\n>>END-IF\n",
    ]
    .iter()
    .take(4)
    {
        assert_eq!(fields(text, &["X"]).as_deref(), Ok("R"), "{text}");
        assert_eq!(fields(text, &[]).as_deref(), Ok("S"), "{text}");
    }
    let both = "       01 R.\n           05 A PIC X.\n       >>SOURCE FREE\n  05 B PIC X.\n  >>SOURCE FORMAT IS FIXED\n000100     05 C PIC X.\n";
    assert_eq!(fields(both, &[]).as_deref(), Ok("A B C"));
    let variable = format!(
        "      $SET SOURCEFORMAT\"VARIABLE\"\n       01 R.\n{:80}05 A PIC X.\n",
        ""
    );
    assert_eq!(fields(&variable, &[]).as_deref(), Ok("A"));
}

#[test]
fn conditions_reach_into_members_and_back() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("FLAGS.cpy"), "       >>DEFINE WIDE AS 1\n").unwrap();
    std::fs::write(
        dir.path().join("PART.cpy"),
        "       >>IF WIDE = 1\n           05 A PIC X.\n       >>ELSE\n           05 B PIC X.\n       >>END-IF\n",
    )
    .unwrap();
    std::fs::write(dir.path().join("OPEN.cpy"), "       >>IF WIDE = 1\n").unwrap();
    let options = CopybookOptions {
        copy_dirs: vec![dir.path().to_owned()],
        ..CopybookOptions::default()
    };
    let text = "       COPY FLAGS.\n       01 R.\n       COPY PART.\n           05 C PIC X.\n";
    let schema = Schema::parse_bytes(text.as_bytes(), &options).unwrap();
    let names: Vec<&str> = schema.iter().map(|(_, f)| f.name()).collect();
    assert_eq!(names, ["R", "A", "C"]);
    let text = "       COPY FLAGS.\n       COPY OPEN.\n       01 R PIC X.\n       >>END-IF\n";
    let error = Schema::parse_bytes(text.as_bytes(), &options).unwrap_err();
    assert!(
        error.to_string().starts_with("copybook member OPEN.cpy, "),
        "{error}"
    );
    assert!(error.to_string().contains("the end of >>IF"), "{error}");
}
