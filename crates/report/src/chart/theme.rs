//! Colours, by what they stand for. A chart names the role; the page or the file gives the colour.

use std::fmt::Write as _;

/// A role with its colour on light and on dark ground. Text and thin marks have a contrast of at least
/// 4.5 : 1 with the surface (WCAG 2.2, 1.4.3), and no role is told by its colour alone.
const ROLES: [(&str, &str, &str); 10] = [
    ("surface", "#ffffff", "#16191d"),
    ("ink", "#1b1e23", "#e9ebee"),
    ("muted", "#59616b", "#a7afba"),
    ("grid", "#e3e6ea", "#30363d"),
    ("accent", "#1a5fc4", "#83b4ff"),
    ("band", "#cfdff7", "#24426d"),
    ("good", "#0b7247", "#56ca93"),
    ("bad", "#b92a2a", "#ff9892"),
    ("unsure", "#835a00", "#e6b94c"),
    ("base", "#7038a8", "#c8a2f3"),
];

/// The page's colours as custom properties, each with both values.
#[must_use]
pub(crate) fn properties() -> String {
    let mut out = String::from(":root{");
    for (role, light, dark) in ROLES {
        // Writing to a String cannot fail.
        let _ = write!(out, "--{role}:light-dark({light},{dark});");
    }
    out.push('}');
    out
}

/// The classes that charts use, in the page's colours.
#[must_use]
pub(crate) fn page_classes() -> String {
    classes(|role, _, _| format!("var(--{role})"))
}

/// The classes in colours of their own: for a chart that is a file, which follows the reader's setting.
#[must_use]
pub(crate) fn file_classes() -> String {
    let dark = classes(|_, _, dark| dark.to_owned());
    format!(
        "{}@media(prefers-color-scheme:dark){{{dark}}}",
        light_classes()
    )
}

/// The classes on light ground only: for a picture, which has one ground.
#[must_use]
pub(crate) fn light_classes() -> String {
    classes(|_, light, _| light.to_owned())
}

fn classes(colour: impl Fn(&str, &str, &str) -> String) -> String {
    let mut out = String::new();
    for (role, light, dark) in ROLES {
        let colour = colour(role, light, dark);
        let _ = write!(
            out,
            ".f-{role}{{fill:{colour}}}.s-{role}{{stroke:{colour};fill:none}}"
        );
    }
    out
}
