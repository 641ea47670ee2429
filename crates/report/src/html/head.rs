//! What a page says of itself, its styles and its script.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use crate::chart::theme;
use crate::profile::flame;

static STYLE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{}{}{}",
        theme::properties(),
        theme::page_classes(),
        include_str!("page.css")
    )
});
static SCRIPT: LazyLock<String> =
    LazyLock::new(|| [include_str!("page.js"), flame::SCRIPT].concat());

/// Nothing is loaded, and of scripts and styles only ours run, known by their hashes: a text that got
/// into the page as markup all the same would do nothing. A live page asks its own server.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; img-src data:; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        hash(&SCRIPT),
        hash(&STYLE)
    )
});

pub(super) fn head(title: &str, live: bool) -> Markup {
    let own = if live { "; connect-src 'self'" } else { "" };
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content={ (*POLICY) (own) };
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="generator" content={ "bench report " (env!("CARGO_PKG_VERSION")) };
            title { (title) }
            // Without an icon of its own a browser asks the server for one.
            link rel="icon" href="data:,";
            style { (PreEscaped(STYLE.as_str())) }
            script { (PreEscaped(SCRIPT.as_str())) }
        }
    }
}

fn hash(content: &str) -> String {
    format!(
        "'sha256-{}'",
        STANDARD.encode(Sha256::digest(content.as_bytes()))
    )
}
