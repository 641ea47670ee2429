//! What options say about single fields.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::schema::{FieldId, Schema};
use crate::value::ValueOptions;
use crate::value::charset::Charset;

use super::PlanError;
use super::leaf::Leaf;

/// The fields that options name, found in the schema.
#[derive(Debug, Clone, Default)]
pub(crate) struct NamedFields {
    /// Code pages of their own.
    pub pages: HashMap<FieldId, Arc<Charset>>,
    /// Those that are printed, with everything in them; none if all are.
    pub selected: Option<HashSet<FieldId>>,
}

impl NamedFields {
    /// Whether a field is to be printed.
    pub(crate) fn prints(&self, id: FieldId) -> bool {
        let selected = self.selected.as_ref();
        selected.is_none_or(|selected| selected.contains(&id))
    }

    /// Compiles text that several fields make up together; nothing if they are in several pages.
    pub(crate) fn text(&self, fields: &[FieldId], options: &ValueOptions) -> Option<Leaf> {
        let mut pages = fields.iter().map(|id| self.pages.get(id));
        let leaf = Leaf::Text(options.trim);
        let first = pages.next().flatten();
        let same = |page: Option<&Arc<Charset>>| match (first, page) {
            (None, None) => true,
            (Some(first), Some(page)) => Arc::ptr_eq(first, page),
            _ => false,
        };
        pages.all(same).then(|| match first {
            Some(charset) => leaf.with_page(charset),
            None => leaf,
        })
    }

    /// Compiles an elementary field.
    pub(crate) fn leaf(
        &self,
        schema: &Schema,
        id: FieldId,
        options: &ValueOptions,
    ) -> Result<Leaf, PlanError> {
        let leaf = Leaf::new(schema.field(id), options)?;
        Ok(match self.pages.get(&id) {
            Some(charset) => leaf.with_page(charset),
            None => leaf,
        })
    }
}
