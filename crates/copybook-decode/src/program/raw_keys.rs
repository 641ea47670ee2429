//! Keys of raw bytes: the field's own with `_raw` behind it, unless a field has that name.

use std::collections::HashSet;

use super::tree::{Body, Node};

/// What is put behind a key.
pub(crate) const SUFFIX: &str = "_raw";

/// Gives every elementary field its key for raw bytes. Keys of values stay as they are, so that
/// asking for raw bytes too renames nothing.
pub(super) fn assign(roots: &mut [Node], written: &HashSet<String>, hyphen: &str) {
    let mut taken = HashSet::new();
    collect(roots, &mut taken);
    let mut scope = Scope {
        written,
        hyphen,
        taken,
    };
    scope.siblings(roots);
}

/// One object of the output.
struct Scope<'a> {
    written: &'a HashSet<String>,
    hyphen: &'a str,
    taken: HashSet<String>,
}

impl Scope<'_> {
    fn siblings(&mut self, nodes: &mut [Node]) {
        for node in nodes {
            match &mut node.body {
                Body::Leaf(_) if node.printed => node.raw_key = self.key(&node.key),
                Body::Leaf(_) => {}
                Body::Group { children, object } if *object => {
                    assign(children, self.written, self.hyphen);
                }
                Body::Group { children, .. } => self.siblings(children),
            }
        }
    }

    /// `None` for the usual one.
    fn key(&mut self, key: &str) -> Option<String> {
        let usual = format!("{key}{SUFFIX}");
        let free = |key: &String, taken: &HashSet<String>| {
            !self.written.contains(key) && !taken.contains(key)
        };
        if free(&usual, &self.taken) {
            self.taken.insert(usual);
            return None;
        }
        let numbered = (2..).map(|number| format!("{usual}{}{number}", self.hyphen));
        let found = numbered.into_iter().find(|key| free(key, &self.taken))?;
        self.taken.insert(found.clone());
        Some(found)
    }
}

/// The keys of one object: those of groups that are none belong to the object around them.
fn collect(nodes: &[Node], keys: &mut HashSet<String>) {
    for node in nodes {
        keys.insert(node.key.clone());
        if let Body::Group { children, object } = &node.body
            && !object
        {
            collect(children, keys);
        }
    }
}
