//! Code pages as the command line names them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use copybook_decode::codepage::{CodePage, UnknownCodePage};
use receipt::bounded;

use super::MAX_TEXT;

/// A code page that is built in, or where to read it.
#[derive(Debug, Clone)]
pub(super) enum Page {
    BuiltIn(CodePage),
    File(PathBuf),
}

impl Page {
    /// The page itself.
    ///
    /// # Errors
    /// The file cannot be read, or is no mapping.
    pub(super) fn read(&self) -> Result<CodePage> {
        match self {
            Page::BuiltIn(page) => Ok(page.clone()),
            Page::File(path) => {
                let text = bounded::read_to_string(path, MAX_TEXT)
                    .with_context(|| format!("cannot read mapping file {}", path.display()))?;
                Ok(CodePage::from_mapping(&path.display().to_string(), &text)?)
            }
        }
    }
}

/// `cp500`, `pages/ibm-930.ucm`, or `NAME=cp500`
pub(super) fn page(text: &str) -> Result<(Option<String>, Page), UnknownCodePage> {
    let whole = page_of(text);
    match text.split_once('=') {
        Some((field, page)) if whole.is_err() && !field.is_empty() => {
            Ok((Some(field.to_owned()), page_of(page)?))
        }
        _ => Ok((None, whole?)),
    }
}

fn page_of(text: &str) -> Result<Page, UnknownCodePage> {
    match text.parse() {
        Ok(page) => Ok(Page::BuiltIn(page)),
        Err(_) if Path::new(text).exists() => Ok(Page::File(text.into())),
        Err(unknown) => Err(unknown),
    }
}
