//! What a page says, and that nothing in a file can make it say something else.

use crate::made::{self, HOSTILE, Plan};
use receipt::Receipt;
use receipt::model::Against;
use report::model::{Part, Tone, comparison, receipt as shown};
use report::{Report, html, markdown, model};

fn part(receipt: &Receipt) -> Part {
    let text = receipt.to_json().expect("finite figures");
    shown::part(receipt, &text, &[], &[]).expect("no baseline")
}

fn page(parts: Vec<Part>) -> String {
    html::render(&Report::new(parts), &html::Options::default())
}

fn hostile() -> Plan {
    let mut plan = Plan::usual(1);
    plan.benchmarks[0].0 = format!("group/{HOSTILE}");
    plan.floors[0] = (HOSTILE.to_owned(), plan.benchmarks[0].0.clone(), 80.0);
    plan.warnings = vec![format!("{HOSTILE}: \u{202e}do `this`\u{1b}[2K")];
    plan
}

#[test]
fn text_from_a_receipt_is_never_markup() {
    let receipt = hostile().receipt();
    let page = page(vec![part(&receipt)]);
    // Ours, the style's and the data's: three elements of script or style that end.
    assert_eq!(
        page.matches("<script").count(),
        2,
        "a script of somebody else"
    );
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("<img"), "an element from a label");
    assert!(!page.contains("\" onfocus=\""), "an attribute from a label");
    for hidden in ['\u{202e}', '\u{1b}'] {
        assert!(!page.contains(hidden), "{hidden:?} as it is");
    }
    let markdown = markdown::render(&Report::new(vec![part(&receipt)]));
    assert!(
        !markdown.contains("<script") && !markdown.contains("<img"),
        "{markdown}"
    );
    for figure in Report::new(vec![part(&receipt)]).figures() {
        let chart = figure.chart(report::chart::Size::Wide);
        let svg = chart.svg();
        assert!(!svg.contains("<script") && !svg.contains("<img"), "{svg}");
        assert!(
            chart
                .id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "{}",
            chart.id
        );
        chart.png().expect("a picture");
    }
}

#[test]
fn the_data_in_a_page_are_the_receipt() {
    let receipt = hostile().receipt();
    let page = page(vec![part(&receipt)]);
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"receipt-1-data\">")
        .expect("the data");
    let (data, _) = rest.split_once("</script>").expect("their end");
    let read = Receipt::parse(data, "the page".as_ref()).expect("a receipt");
    assert_eq!(read, receipt);
    receipt::verify(&read, data).expect("a sound one, under its seal");
}

#[test]
fn allocations_are_shown_where_they_were_counted() {
    let shown = |allocations| {
        let plan = Plan {
            allocations,
            ..Plan::usual(3)
        };
        let report = Report::new(vec![part(&plan.receipt())]);
        let page = html::render(&report, &html::Options::default());
        (page, markdown::render(&report))
    };
    const COLUMN: &str = "allocations per 1,000 records";
    let (page, text) = shown(None);
    assert!(!page.contains(COLUMN) && !text.contains(COLUMN));
    // Of 10,000 records.
    for (allocations, cell) in [([0, 0], "none"), ([3, 4096], "0.30")] {
        let (page, text) = shown(Some(allocations));
        assert!(page.contains(COLUMN) && text.contains(COLUMN));
        assert!(page.contains(&format!(">{cell}</td>")), "{cell}");
        assert!(
            text.contains(&format!("byte for byte | {cell} |")),
            "{text}"
        );
    }
}

#[test]
fn the_verdict_is_in_words() {
    let met = part(&Plan::usual(2).receipt()).verdict;
    assert_eq!(
        (met.tone, met.headline.as_str()),
        (Tone::Good, "Fast enough: all 2 objectives are met.")
    );

    let mut plan = Plan::usual(2);
    plan.floors[0].2 = 500.0;
    let missed = part(&plan.receipt()).verdict;
    assert_eq!(
        (missed.tone, missed.headline.as_str()),
        (Tone::Bad, "Too slow: DISPLAY is missed.")
    );
    assert!(
        missed.reasons[0].contains("below its floor of 500 MiB/s"),
        "{:?}",
        missed.reasons
    );

    plan.unfit = vec!["other programs kept 7.9 of 8 CPUs busy: stop them".to_owned()];
    let unfit = part(&plan.receipt()).verdict;
    assert_eq!(
        (unfit.tone, unfit.headline.as_str()),
        (
            Tone::Unsure,
            "Inconclusive: this host is unfit to be judged on."
        )
    );

    plan.floors.clear();
    plan.against = Against::DecodesOnly;
    let open = part(&plan.receipt()).verdict;
    assert_eq!(
        (open.tone, open.word.as_str()),
        (Tone::Neutral, "not judged")
    );
    assert!(
        open.reasons
            .iter()
            .any(|reason| reason.starts_with("No answer was checked")),
        "{:?}",
        open.reasons
    );
}

#[test]
fn answers_that_nobody_checked_are_told_beside_every_rate() {
    let mut plan = Plan::usual(3);
    plan.against = Against::DecodesOnly;
    let report = Report::new(vec![part(&plan.receipt())]);
    for figure in report.figures() {
        let svg = figure.chart(report::chart::Size::Wide).svg();
        assert!(svg.contains("(answers not checked)"), "{svg}");
    }
    assert!(markdown::render(&report).contains("not checked"));
}

#[test]
fn a_comparison_tells_which_side_is_slower() {
    let record = made::comparison(4, &[("slo/display", 1.06), ("slo/comp3", 1.0)]);
    let (record, text) = record.sealed().expect("finite figures");
    let part = comparison::part(&record, &text);
    assert_eq!(
        (part.verdict.tone, part.verdict.word.as_str()),
        (Tone::Bad, "slower")
    );
    assert_eq!(
        part.verdict.headline,
        "Slower: HEAD takes longer than main."
    );
    assert!(
        part.verdict.reasons[0].starts_with("slo/display slower: −5."),
        "{:?}",
        part.verdict.reasons
    );
    let page = page(vec![part]);
    assert!(page.contains("seed 4"), "how to reproduce the order");
}

#[test]
fn a_baseline_stands_beside_and_one_that_measured_something_else_is_refused() {
    let receipt = Plan::usual(5).receipt();
    let text = receipt.to_json().expect("finite figures");
    let runs: Vec<Receipt> = (6..10).map(|seed| Plan::usual(seed).receipt()).collect();
    let beside = shown::part(&receipt, &text, &runs, &[]).expect("alike");
    assert!(page(vec![beside]).contains("Against the baseline"));

    let mut other = Plan::usual(11);
    other.benchmarks[0].1 = 4_000_000;
    let refused = shown::part(&receipt, &text, &[other.receipt()], &[]);
    assert!(refused.is_err());
}

#[test]
fn a_fleet_is_judged_by_type_and_its_sick_node_is_named() {
    let fleet = made::fleet::fleet(6, 7, "n");
    let part = model::fleet::part(&fleet);
    assert_eq!(
        (part.verdict.tone, part.verdict.headline.as_str()),
        (Tone::Bad, "Too slow on 4 x a slow CPU made up.")
    );
    let reasons = part.verdict.reasons.join("\n");
    assert!(
        reasons.contains("4 x a fast CPU made up: DISPLAY met, COMP-3 met; sick: n03."),
        "{reasons}"
    );
    assert!(
        reasons.contains("Of 12 results 10 count; 1 superseded, 0 duplicate, 1 unsound, 1 unreadable; 1 run is lost"),
        "{reasons}"
    );
    let markdown = markdown::render(&Report::new(vec![part.clone()]));
    assert!(markdown.contains("found one of 40/2-1-1-n2"), "{markdown}");
    let page = page(vec![part]);
    let (_, rest) = page.split_once("id=\"fleet-1-data\">").expect("the data");
    let (data, _) = rest.split_once("</script>").expect("their end");
    assert_eq!(gate::fleet::Fleet::verified(data).expect("sound"), fleet);
}

#[test]
fn a_node_has_a_page_of_its_own() {
    let fleet = made::fleet::fleet(6, 7, "n");
    let nodes = model::fleet::found(&fleet);
    let verdict = |name: &str| {
        let node = nodes.iter().find(|node| node.name == name);
        model::fleet::node(&fleet, node.expect("of the fleet")).verdict
    };
    assert_eq!(
        verdict("n03").headline,
        "Sick: n03 is slower than its like."
    );
    assert_eq!(verdict("n04").tone, Tone::Good);

    let at = tempfile::tempdir().expect("a folder");
    let pages = report::site::fleet(at.path(), &fleet).expect("a site");
    assert_eq!(pages, 11, "ten nodes and the whole");
    let index = std::fs::read_to_string(at.path().join("index.html")).expect("an index");
    let (sick, well) = (index.find("node-n03.html"), index.find("node-n00.html"));
    assert!(
        sick.expect("listed") < well.expect("listed"),
        "sick ones first"
    );
    assert!(at.path().join("node-n00.html").exists() && at.path().join("fleet.html").exists());
}

#[test]
fn names_in_a_fleet_or_a_profile_are_never_markup() {
    let fleet = made::fleet::fleet(6, 5, HOSTILE);
    let at = tempfile::tempdir().expect("a folder");
    made::fleet::profile(at.path(), HOSTILE, true).expect("a profile");
    let (found, text, folded, base) = report::profile::Profile::read(at.path()).expect("a profile");
    let profile = model::profile::part(&found, &text, folded, base);
    let node = model::fleet::node(&fleet, &model::fleet::found(&fleet)[0]);
    for part in [model::fleet::part(&fleet), node, profile] {
        let page = page(vec![part]);
        assert_eq!(page.matches("<script").count(), 2, "ours and the data");
        assert!(!page.contains("<img") && !page.contains("\" onfocus=\""));
    }
}

/// `<!-- table: full -->` has a row for every benchmark of a receipt in `results/MACHINE/full`.
#[test]
fn a_full_suite_has_its_table() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path().join("results/here/full");
    std::fs::create_dir_all(&folder).expect("a folder");
    let receipt = Plan::usual(8).receipt();
    receipt.save(&folder.join("day.json")).expect("room");
    let made = report::tables::spliced(
        "# Speed\n\n<!-- table: full -->\n<!-- /table -->\n",
        &at.path().join("results"),
        &[],
    );
    let document = made.expect("a table").document;
    for one in &receipt.benchmarks {
        let row = format!("| {} | {:.0} | ", one.name, one.mean_mibps);
        assert!(document.contains(&row), "{document}");
    }
    assert!(
        document.contains("(results/here/full/day.json)"),
        "{document}"
    );
}

#[test]
fn a_profile_says_where_the_time_goes() {
    let at = tempfile::tempdir().expect("a folder");
    made::fleet::profile(at.path(), "memchr::memchr", true).expect("a profile");
    let (found, text, folded, base) = report::profile::Profile::read(at.path()).expect("a profile");
    let part = model::profile::part(&found, &text, folded, base);
    assert_eq!(
        part.verdict.headline,
        "51.1\u{a0}% of all samples are in copybook_decode::kernel::vector::wide::packed."
    );
    assert_eq!(
        part.verdict.reasons[0],
        "51.1\u{a0}% in copybook_decode::kernel::vector::wide::packed"
    );
    let markdown = markdown::render(&Report::new(vec![part.clone()]));
    assert!(
        markdown.contains("AMOUNT-01") && markdown.contains("points more than base"),
        "{markdown}"
    );
    let page = page(vec![part]);
    assert!(page.contains("<svg class=\"flame\"") && page.contains("Search functions"));
    std::fs::remove_file(at.path().join("profile.folded")).expect("it was there");
    let error = report::profile::Profile::read(at.path()).expect_err("no stacks");
    assert!(
        error
            .to_string()
            .contains("leaves profile.json and profile.folded"),
        "{error}"
    );
}

#[test]
fn a_page_of_a_whole_thorough_run_stays_small() {
    let mut plan = Plan::usual(12);
    plan.launches = 10;
    plan.samples = 100;
    let page = page(vec![part(&plan.receipt())]);
    assert!(page.len() < 500_000, "{} bytes", page.len());
}

/// All benchmarks of the suite, as they are kept in `results/`.
#[test]
fn a_page_of_the_full_suite_stays_small() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../results/epyc-2-cpus-kvm/full/2026-11-28.json"
    );
    let text = std::fs::read_to_string(file).expect("a receipt");
    let receipt = Receipt::parse(&text, file.as_ref()).expect("a whole one");
    assert!(receipt.benchmarks.len() >= 35, "not the full suite");
    let page = page(vec![shown::alone(&receipt, &text)]);
    assert!(page.len() < 500_000, "{} bytes", page.len());
}

#[test]
fn several_parts_have_names_of_their_own() {
    let one = part(&Plan::usual(13).receipt());
    let page = page(vec![one.clone(), one]);
    let mut ids: Vec<&str> = page
        .match_indices(" id=\"")
        .map(|(at, text)| {
            let rest = &page[at + text.len()..];
            rest.split('"').next().expect("a name")
        })
        .collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "a name twice");
}
