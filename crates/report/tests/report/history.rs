//! Many runs: a page of a history, a site, and a page that is renewed.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::thread;

use crate::made::{Plan, commit, day, entries};
use history::History;
use history::acknowledged::Acknowledgements;
use history::change::LONGEST;
use receipt::Objectives;
use report::chart::Size;
use report::model::{Part, Tone, history as shown};
use report::read::ReadError;
use report::runs::{Runs, RunsError, is_many};
use report::serve::Listener;
use report::site::{self, SiteError};
use report::{Report, html, markdown};

/// A history's file with so many runs.
fn store(folder: &Path, count: u64) -> std::path::PathBuf {
    let path = folder.join("history.db");
    let mut history = History::open(&path).expect("a new file");
    history
        .append(&entries(5, count))
        .expect("room on the disk");
    path
}

fn part(runs: &Runs, known: &str) -> Part {
    let known = Acknowledgements::parse(known, Path::new("known")).expect("sound lines");
    shown::part("history.db", runs.shown(&Objectives::default(), &known))
}

fn page(part: Part) -> String {
    html::render(&Report::new(vec![part]), &html::Options::default())
}

#[test]
fn changes_are_told_first_and_known_ones_are_not_held_against_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = store(folder.path(), 300);
    assert!(is_many(&path));
    let runs = Runs::of(&path).expect("sound");

    let found = part(&runs, "").verdict;
    assert_eq!(found.tone, Tone::Bad, "{found:?}");
    assert_eq!(
        found.headline,
        "Slower: the newest change of 1 of 2 series is a loss."
    );
    assert!(
        found.reasons[0].starts_with("slo_validation/comp3 on "),
        "{found:?}"
    );

    let line = format!(
        "{}  slo_validation/comp3  a length is checked now",
        commit(240)
    );
    let known = part(&runs, &line);
    assert_eq!(known.verdict.tone, Tone::Good, "{:?}", known.verdict);
    // Who reads no further than the verdict learns of it too.
    let told = |words: &str| known.verdict.reasons.iter().any(|one| one.contains(words));
    assert!(
        known.verdict.headline.contains("1 of 2 series") && told("acknowledged: a length"),
        "{:?}",
        known.verdict
    );
    let markdown = markdown::render(&Report::new(vec![known]));
    assert!(
        markdown.contains("acknowledged: a length is checked now"),
        "{markdown}"
    );
    // Three changes of one series and two of the other.
    for (state, count) in [("not acknowledged", 2), ("a gain", 2)] {
        let found = markdown.matches(&format!("| {state} |")).count();
        assert_eq!(found, count, "{state}: {markdown}");
    }
}

#[test]
fn ten_thousand_runs_are_one_page_of_three_megabytes_at_most() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::of(&store(folder.path(), 10_000)).expect("sound");
    let part = part(&runs, "");
    // A step that one sees and that nobody looked at would seem to be overlooked.
    let words = format!(
        "The newest {} of 10,000 runs were searched",
        number(LONGEST)
    );
    let told = |one: &&String| one.contains(&words);
    assert_eq!(
        part.verdict.reasons.iter().filter(told).count(),
        1,
        "{:?}",
        part.verdict
    );
    let page = page(part);
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    // All of them are in it, the drawing is thinned.
    let last = &commit(9_999);
    assert!(page.contains(last.as_str()), "the newest commit");
}

#[test]
fn a_folder_of_receipts_is_a_history_of_what_verifies() {
    let folder = tempfile::tempdir().expect("a folder");
    let below = folder.path().join("2026");
    fs::create_dir(&below).expect("a folder");
    for number in 0..6 {
        let mut plan = Plan::usual(number);
        // Later runs have names that sort before earlier ones.
        plan.timestamp = day(30 - number);
        let path = below.join(format!("{number}.json"));
        plan.receipt().save(&path).expect("room");
        fs::copy(&path, folder.path().join(format!("copy-of-{number}.json"))).expect("a copy");
    }
    fs::write(folder.path().join("figures.json"), "{\"image_bytes\": 1}").expect("another file");
    let runs = Runs::of(folder.path()).expect("sound");
    assert_eq!(runs.series.len(), 2);
    assert_eq!(runs.skipped.len(), 1);
    for (key, points) in &runs.series {
        assert_eq!(points.len(), 6, "{key:?}");
        assert!(points.is_sorted_by_key(|point| point.time));
    }
    assert_eq!(runs.newest[0].0.timestamp, day(30));
    assert!(part(&runs, "").verdict.headline.starts_with("Too few runs"));

    // One that broke off before its seal was a receipt once, and is not overlooked.
    let whole = fs::read_to_string(below.join("0.json")).expect("a receipt");
    fs::write(below.join("torn.json"), &whole[..whole.len() / 2]).expect("room");
    let error = Runs::of(folder.path()).expect_err("torn").to_string();
    assert!(error.contains("torn.json"), "{error}");

    let one = below.join("3.json");
    let text = fs::read_to_string(&one).expect("a receipt");
    fs::write(
        &one,
        text.replace("\"display_mibps\": 2", "\"display_mibps\": 3"),
    )
    .expect("room");
    let refused = Runs::of(folder.path()).expect_err("a changed figure");
    assert!(
        matches!(refused, RunsError::Read(ReadError::Unsound { .. })),
        "{refused}"
    );
}

#[test]
fn a_site_has_a_page_for_each_series_and_leaves_nothing_of_an_old_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let receipts = folder.path().join("receipts");
    fs::create_dir(&receipts).expect("a folder");
    Plan::usual(1)
        .receipt()
        .save(&receipts.join("perf.json"))
        .expect("room");
    let runs = Runs::of(&receipts).expect("sound");
    let (objectives, known) = (Objectives::default(), Acknowledgements::default());
    let site = folder.path().join("site");

    assert_eq!(
        site::write(&site, &runs, &objectives, &known).expect("a new folder"),
        3
    );
    let index = fs::read_to_string(site.join("index.html")).expect("an index");
    let links: Vec<&str> = index
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let pages: Vec<&&str> = links
        .iter()
        .filter(|link| link.ends_with(".html"))
        .collect();
    assert_eq!(pages.len(), 3, "{links:?}");
    for page in pages {
        let text = fs::read_to_string(site.join(page)).expect("what the index leads to");
        assert!(text.contains("href=\"index.html\""), "{page} leads back");
    }
    let badge = fs::read_to_string(site.join("badge.svg")).expect("a badge");
    assert!(badge.contains("decoding speed: met"), "{badge}");

    let mut missed = Plan::usual(2);
    missed.timestamp = day(40);
    missed.benchmarks.remove(1);
    missed.floors.remove(1);
    missed.floors[0].2 = 900.0;
    fs::remove_file(receipts.join("perf.json")).expect("ours");
    missed
        .receipt()
        .save(&receipts.join("perf.json"))
        .expect("room");
    let runs = Runs::of(&receipts).expect("sound");
    assert_eq!(
        site::write(&site, &runs, &objectives, &known).expect("ours"),
        2
    );
    let left = fs::read_dir(&site)
        .expect("a folder")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert_eq!(
        left.filter(|name| name.ends_with(".html")).count(),
        3,
        "the index and two pages"
    );
    let badge = fs::read_to_string(site.join("badge.svg")).expect("a badge");
    assert!(badge.contains("decoding speed: missed"), "{badge}");

    let foreign = site::write(&receipts, &runs, &objectives, &known).expect_err("not ours");
    assert!(matches!(foreign, SiteError::Foreign(_)), "{foreign}");
}

/// One request, and the whole answer.
fn ask(address: SocketAddr, method: &str, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: https://example.org\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

#[test]
fn a_served_page_is_renewed_while_runs_come_in_and_can_only_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = store(folder.path(), 100);
    let listener = Listener::bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let (address, watched) = (listener.address(), path.clone());
    let shown = path.clone();
    // Ends with the test's process.
    thread::spawn(move || {
        listener.run(&[watched], || match Runs::of(&shown) {
            Ok(runs) => Ok(page(part(&runs, ""))),
            Err(error) => Err(error.to_string()),
        })
    });
    let own = address.to_string();
    let get = |path: &str| ask(address, "GET", path, &own);

    let first = get("/");
    assert!(
        first.starts_with("HTTP/1.1 200") && first.contains("100 runs of 2 series"),
        "{first:.300}"
    );
    assert!(
        !first.to_lowercase().contains("access-control"),
        "nobody else may read it"
    );
    let version = get("/version");
    assert_eq!(get("/version").lines().last(), version.lines().last());

    let mut history = History::open(&path).expect("another writer");
    history.append(&entries(5, 101)[100..]).expect("room");
    assert_ne!(get("/version").lines().last(), version.lines().last());
    assert!(get("/").contains("101 runs of 2 series"));

    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let answer = ask(address, method, "/", &own);
        assert!(
            answer.starts_with("HTTP/1.1 405"),
            "{method}: {answer:.100}"
        );
    }
    assert!(get("/history.db").starts_with("HTTP/1.1 404"));
    assert!(get("/../history.db").starts_with("HTTP/1.1 404"));
    let foreign = ask(address, "GET", "/", "example.org");
    assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign:.100}");
}

/// A new benchmark has one run: it is seen, with its interval.
#[test]
fn a_few_runs_are_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    for count in [1, 2, 300] {
        let at = folder.path().join(count.to_string());
        fs::create_dir(&at).expect("a folder");
        let part = part(&Runs::of(&store(&at, count)).expect("sound"), "");
        let report = Report::new(vec![part]);
        let chart = report
            .figures()
            .next()
            .expect("a chart")
            .chart(Size::Wide)
            .svg();
        let few = count < 100;
        // Dots of a few runs are larger, and a band that is no wider than a line has an outline.
        assert_eq!(chart.contains("stroke-width=\"6\""), few, "{chart}");
        assert_eq!(chart.contains("class=\"s-band\""), few, "{chart}");
    }
}

fn number(count: usize) -> String {
    format!("{},{:03}", count / 1_000, count % 1_000)
}
