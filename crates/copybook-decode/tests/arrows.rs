//! The arrows of docs/architecture.md, held against the code: between crates by their manifests,
//! without which no `use` line compiles, and between the rooms of this crate by every path in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What each may use, by name.
type Arrows = BTreeMap<String, BTreeSet<String>>;

#[test]
fn crates_use_only_what_an_arrow_leads_to() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let arrows = drawn("crates");
    for entry in fs::read_dir(&folder).expect("crates") {
        let manifest = entry.expect("an entry").path().join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&manifest) else {
            continue;
        };
        let name = manifest.parent().and_then(Path::file_name);
        let name = name.expect("a folder").to_string_lossy().into_owned();
        let may_use = arrows
            .get(&name)
            .unwrap_or_else(|| panic!("crate {name} is not drawn in docs/architecture.md"));
        for used in dependencies(&text) {
            assert!(
                used == name || !arrows.contains_key(&used) || may_use.contains(&used),
                "{} uses {used}: draw the arrow in docs/architecture.md, or leave it out",
                manifest.display()
            );
        }
    }
}

#[test]
fn rooms_use_only_what_stands_before_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let arrows = drawn("rooms");
    let mut files = Vec::new();
    list(&source, &mut files);
    assert!(files.len() > 50, "{files:?}");
    let mut wrong = Vec::new();
    for file in &files {
        let path = file.strip_prefix(&source).expect("below it");
        let mut module: Vec<String> = path
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        module.pop_if(|last| last == "mod");
        if module == ["lib"] {
            continue;
        }
        let text = fs::read_to_string(file).expect("a source file");
        let found = forbidden(&arrows, &module, &text);
        wrong.extend(found.map(|found| format!("{}: {found}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The check itself: each way to write a path against the arrows is found, and those along them are
/// not.
#[test]
fn a_path_against_the_arrows_is_found() {
    let arrows = drawn("rooms");
    let module = ["kernel".to_owned(), "steps".to_owned()];
    for (text, rooms) in [
        ("use crate::decode::Decoder;", "decode"),
        (
            "use crate::{program::Program, decode::{Decoder, Report}};",
            "decode",
        ),
        ("use super::super::decode;", "decode"),
        ("use super::{super::stream::Cause, State};", "stream"),
        (
            "mod tests { use super::super::super::stream::Cause; }",
            "stream",
        ),
        (
            "fn f() { let x = vec![crate::decode::Report::default()]; }",
            "decode",
        ),
        ("use crate::Decoder;", "Decoder"),
        (
            "use crate::program::Program; use super::State; use super::super::value;",
            "",
        ),
        ("mod tests { use super::super::decode; use super::*; }", ""),
    ] {
        let found: Vec<String> = forbidden(&arrows, &module, text).collect();
        let found: Vec<&str> = found
            .iter()
            .filter_map(|found| found.rsplit(' ').next())
            .collect();
        assert_eq!(found.join(" "), rooms, "{text}");
    }
}

/// The block of docs/architecture.md with that name. Of crates, an arrow leads to what is used;
/// rooms know what stands before them. Both also what is reached over several arrows.
fn drawn(name: &str) -> Arrows {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/architecture.md");
    let page = fs::read_to_string(page).expect("docs/architecture.md");
    let block = page
        .split_once(&format!("```arrows {name}\n"))
        .and_then(|(_, rest)| rest.split_once("```"));
    let (block, _) = block.expect("the block with the arrows");
    let mut arrows = Arrows::new();
    for line in block.lines() {
        let mut stations: Vec<Vec<String>> = line
            .split("->")
            .map(|names| {
                names
                    .split(',')
                    .map(|name| name.trim().to_owned())
                    .collect()
            })
            .collect();
        if name == "rooms" {
            stations.reverse();
        }
        for (index, station) in stations.iter().enumerate() {
            for from in station {
                let used = stations.iter().skip(index + 1).flatten().cloned();
                arrows.entry(from.clone()).or_default().extend(used);
            }
        }
    }
    // Over the lines.
    for _ in 0..arrows.len() {
        let before = arrows.clone();
        for used in arrows.values_mut() {
            let further = used.iter().filter_map(|name| before.get(name)).flatten();
            let further: Vec<String> = further.cloned().collect();
            used.extend(further);
        }
    }
    assert!(arrows.len() > 4, "{arrows:?}");
    arrows
}

/// The names in every dependency table of a manifest.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            inside = table.ends_with("dependencies");
            names.extend(
                table
                    .split_once("dependencies.")
                    .map(|(_, name)| name.to_owned()),
            );
        } else if inside && let Some(name) = line.split(['.', ' ', '=']).next() {
            names.push(name.to_owned());
        }
    }
    names
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The paths of a module that lead into a room which its own must not know, each as a text that
/// ends in the room's name.
fn forbidden(arrows: &Arrows, module: &[String], text: &str) -> impl Iterator<Item = String> {
    let room = &module[0];
    let may_use = arrows
        .get(room)
        .unwrap_or_else(|| panic!("room {room} is not drawn in docs/architecture.md"));
    let tokens: TokenStream = text.parse().expect("Rust");
    let mut used = Vec::new();
    rooms(
        &tokens.into_iter().collect::<Vec<_>>(),
        module.len(),
        &mut used,
    );
    used.into_iter()
        .filter(move |(_, used)| used != room && !may_use.contains(used))
        .map(move |(line, used)| format!("line {line}: {room} must not know {used}"))
}

/// The first name of every path from the crate's root, with its line. `depth` is that of the module.
fn rooms(tokens: &[TokenTree], depth: usize, used: &mut Vec<(usize, String)>) {
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                // `mod tests {` is one module deeper.
                let inline = at >= 2 && is(tokens, at - 2, "mod");
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                rooms(&inner, depth + usize::from(inline), used);
            }
            TokenTree::Ident(name) if name == "crate" => path(&tokens[at + 1..], 0, used),
            TokenTree::Ident(name) if name == "super" && !follows_super(tokens, at) => {
                path(&tokens[at + 1..], depth.saturating_sub(1), used);
            }
            _ => {}
        }
    }
}

/// What follows `crate` or `super`; `depth` is that of the module which the path has reached.
fn path(tokens: &[TokenTree], depth: usize, used: &mut Vec<(usize, String)>) {
    let [
        TokenTree::Punct(one),
        TokenTree::Punct(two),
        next,
        rest @ ..,
    ] = tokens
    else {
        return;
    };
    if one.as_char() != ':' || two.as_char() != ':' {
        return;
    }
    name(next, rest, depth, used);
}

fn name(next: &TokenTree, rest: &[TokenTree], depth: usize, used: &mut Vec<(usize, String)>) {
    match next {
        TokenTree::Ident(name) if name == "super" => path(rest, depth.saturating_sub(1), used),
        TokenTree::Ident(name) if depth == 0 => {
            used.push((name.span().start().line, name.to_string()));
        }
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            for branch in
                inner.split(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == ','))
            {
                if let [first, rest @ ..] = branch {
                    name(first, rest, depth, used);
                }
            }
        }
        _ => {}
    }
}

fn is(tokens: &[TokenTree], at: usize, word: &str) -> bool {
    matches!(&tokens[at], TokenTree::Ident(name) if name == word)
}

/// Whether a `super` goes on a path that began before it.
fn follows_super(tokens: &[TokenTree], at: usize) -> bool {
    at >= 3 && matches!(&tokens[at - 1], TokenTree::Punct(p) if p.as_char() == ':')
}
