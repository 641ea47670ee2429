//! Which benchmarks to run, by their names.

use std::fmt;

/// Benchmarks that any of several texts selects.
///
/// A text selects the names that contain it, `=NAME` the one that is exactly NAME, and `all` every
/// one. Commas separate texts, so that one variable can hold several; no text at all selects every
/// benchmark too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    texts: Vec<String>,
}

impl Filter {
    /// Of texts as a user gave them.
    pub fn new<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let mut filter = Self::default();
        for text in texts {
            let parts = text.as_ref().split(',').map(str::trim);
            let given = parts.filter(|part| !part.is_empty());
            filter.texts.extend(given.map(str::to_owned));
        }
        if filter.texts.iter().any(|text| text == "all") {
            filter.texts.clear();
        }
        filter
    }

    /// Whether a benchmark with this name is to run.
    pub fn selects(&self, name: &str) -> bool {
        let selects = |text: &String| match text.strip_prefix('=') {
            Some(exact) => name == exact,
            None => name.contains(text.as_str()),
        };
        self.texts.is_empty() || self.texts.iter().any(selects)
    }

    /// The single texts; none where every benchmark is selected.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }
}

/// As one text that selects the same.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.texts.as_slice() {
            [] => f.write_str("all"),
            texts => f.write_str(&texts.join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(texts: &[&str]) -> Vec<&'static str> {
        let filter = Filter::new(texts);
        let names = ["a/one", "a/one_more", "b/small"];
        names
            .into_iter()
            .filter(|name| filter.selects(name))
            .collect()
    }

    #[test]
    fn texts_select_by_part_and_by_the_whole() {
        assert_eq!(selected(&["one"]), ["a/one", "a/one_more"]);
        assert_eq!(selected(&["=a/one"]), ["a/one"]);
        assert_eq!(selected(&["=one"]), [""; 0]);
        assert_eq!(selected(&["more", "b/"]), ["a/one_more", "b/small"]);
        assert_eq!(selected(&["=a/one, =b/small"]), ["a/one", "b/small"]);
        assert_eq!(selected(&["none"]), [""; 0]);
    }

    #[test]
    fn all_and_nothing_select_everything() {
        for texts in [&["all"][..], &[""], &[], &[" , "], &["none,all"]] {
            assert_eq!(selected(texts).len(), 3, "{texts:?}");
        }
        // A part of a word is not that word.
        assert_eq!(selected(&["mall"]), ["b/small"]);
    }

    #[test]
    fn its_text_selects_the_same() {
        for texts in [&["=a/one", "b"][..], &[""], &["all"]] {
            let filter = Filter::new(texts);
            let again = Filter::new([filter.to_string()]);
            for name in ["a/one", "b/x", "c"] {
                assert_eq!(
                    filter.selects(name),
                    again.selects(name),
                    "{texts:?} {name}"
                );
            }
        }
    }
}
