//! What the documents name exists: files, subcommands, and the flags of each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{bench, ended};

/// Folders of the repository that a document names files in.
const FOLDERS: [&str; 11] = [
    "scripts/", "docs/", "nix/", "crates/", "peers/", "fuzz/", "results/", "deploy/", "prices/",
    ".github/", ".ci/",
];
/// What stands before the words that `bench` gets.
const CALLS: [&str; 4] = [
    "bench ",
    "scripts/bench.sh ",
    "nix run .#bench -- ",
    "copybook-bench ",
];

#[test]
fn documents_name_what_exists() {
    let root = root();
    let documents = documents(&root);
    assert!(documents.len() > 5, "found only {documents:?}");
    let mut problems = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document).expect("a document");
        let document = document.strip_prefix(&root).expect("below the root");
        for problem in Reader::default().problems(&root, &text) {
            problems.push(format!("{}:{problem}", document.display()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_does_not_exist_is_found() {
    let text = "See `scripts/absent.sh`, docs/receipt.md and crates/<name>/src.\n\
                `bench nothing`, `bench run --quick`, `bench list --quick`\n\
                ```sh\n\
                ./scripts/bench.sh --quick \\\n    --no-such-flag\n\
                docker run --rm copybook-bench jq --version\n\
                ```\n";
    let problems = Reader::default().problems(&root(), text);
    assert_eq!(
        problems,
        [
            "1: no such file: scripts/absent.sh",
            "2: there is no subcommand `bench nothing`",
            "2: `bench list` has no flag --quick",
            "4: `bench run` has no flag --no-such-flag",
        ]
    );
}

/// Reads documents, and asks `bench` once for the help of each subcommand.
#[derive(Default)]
struct Reader {
    help: BTreeMap<String, Option<String>>,
}

impl Reader {
    fn problems(&mut self, root: &Path, text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        for (number, line, in_block) in lines(text) {
            let mut say = |problem| problems.push(format!("{number}: {problem}"));
            paths(&line)
                .filter(|path| !root.join(path).exists())
                .for_each(|path| say(format!("no such file: {path}")));
            // Between backquotes, unless all of it is code.
            let inline = || line.split('`').skip(1).step_by(2);
            let code: Vec<&str> = if in_block {
                vec![&line]
            } else {
                inline().collect()
            };
            code.into_iter()
                .flat_map(calls)
                .filter_map(|call| self.wrong(call))
                .for_each(say);
        }
        problems
    }

    /// What is wrong with the words behind `bench`, or behind something that calls it.
    fn wrong(&mut self, (caller, words): (&str, &str)) -> Option<String> {
        let mut words = words.split_whitespace().peekable();
        let first = *words.peek()?;
        let mut name = match caller {
            "scripts/bench.sh " => "run".to_owned(),
            _ if first.starts_with('-') => "run".to_owned(),
            _ => words
                .next()?
                .trim_end_matches([',', '.', ':', ';', ')'])
                .to_owned(),
        };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        let Some(mut help) = self.help(&name) else {
            // The image runs other programs, too.
            let ours = caller == "bench ";
            return ours.then(|| format!("there is no subcommand `bench {name}`"));
        };
        if let Some(nested) = words.peek().map(|word| format!("{name} {word}"))
            && help.contains("\nCommands:\n")
            && !nested.contains(" -")
            && let Some(own) = self.help(&nested)
        {
            (name, help) = (nested, own);
        }
        let unknown = words
            .filter(|word| word.starts_with("--"))
            .map(|word| {
                prefix(word, |c| {
                    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
                })
            })
            .find(|flag| flag.len() > 2 && !knows(&help, flag))?;
        Some(format!("`bench {name}` has no flag {unknown}"))
    }

    /// The help of a subcommand; of none, if there is no such subcommand.
    fn help(&mut self, subcommand: &str) -> Option<String> {
        let ask = || {
            let words = subcommand.split(' ').chain(["--help"]);
            let (code, help, _) = ended(&mut bench(words));
            (code == Some(0)).then_some(help)
        };
        self.help
            .entry(subcommand.to_owned())
            .or_insert_with(ask)
            .clone()
    }
}

/// Number, text, and whether it lies inside a code block, of each line; continued lines as one.
fn lines(text: &str) -> Vec<(usize, String, bool)> {
    let (mut found, mut in_block, mut held) = (Vec::new(), false, None);
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
            continue;
        }
        let (start, before) = held.take().unwrap_or((number, String::new()));
        match line.strip_suffix('\\').filter(|_| in_block) {
            Some(line) => held = Some((start, before + line + " ")),
            None => found.push((start, before + line, in_block)),
        }
    }
    found
}

/// The paths in a line that begin with a folder of the repository.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    let starts = FOLDERS.iter().flat_map(|folder| line.match_indices(folder));
    starts.filter_map(|(at, _)| {
        let before = &line[..at];
        let before = before.strip_suffix("./").unwrap_or(before);
        let inside = |c: char| c.is_alphanumeric() || "_/.-".contains(c);
        let path = prefix(&line[at..], |c| inside(c) || c == '<');
        let whole = !before.ends_with(inside) && !path.contains('<');
        whole.then(|| path.trim_end_matches(['.', '/', '-']))
    })
}

/// Each caller of `bench` in a line of code, with the words up to the end of the shell's command.
fn calls(code: &str) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for caller in CALLS {
        for (at, _) in code.match_indices(caller) {
            let free = !code[..at].ends_with(|c: char| c.is_alphanumeric() || "_./#-".contains(c));
            if free || caller == "scripts/bench.sh " {
                let words = &code[at + caller.len()..];
                found.push((caller, prefix(words, |c| !"`|>&;#".contains(c))));
            }
        }
    }
    found
}

fn knows(help: &str, flag: &str) -> bool {
    help.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .any(|word| word == flag)
}

fn prefix(text: &str, keep: impl Fn(char) -> bool) -> &str {
    text.split(|c| !keep(c)).next().unwrap_or_default()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Markdown file at the root and below docs/.
fn documents(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), false), (root.join("docs"), true)];
    while let Some((folder, deep)) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.extension() {
                Some(extension) if extension == "md" => found.push(path),
                None if deep && path.is_dir() => folders.push((path, true)),
                _ => {}
            }
        }
    }
    found.sort();
    found
}
