//! What options say about single fields.

use std::collections::HashMap;
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
}

impl NamedFields {
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
