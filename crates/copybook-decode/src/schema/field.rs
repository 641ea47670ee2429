//! What a schema's entries say: read by everybody, changed only in here.

use std::num::NonZeroUsize;

use super::{Condition, Field, FieldId, Kind, Occurs};

impl Field {
    /// Level number, 1 to 49, 66 or 77. Entries of level 88 are in [`Field::conditions`].
    pub fn level(&self) -> u8 {
        self.level
    }

    /// Name as written, upper case; `FILLER` where the entry has none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Line of the copybook where the entry starts, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Enclosing group; of a level-66 entry, its record.
    pub fn parent(&self) -> Option<FieldId> {
        self.parent
    }

    /// Bytes from the start of the record, with every OCCURS DEPENDING ON before it at its maximum
    /// and at the first occurrence of every enclosing table.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes of one occurrence, with every OCCURS DEPENDING ON inside it at its maximum.
    pub fn size(&self) -> usize {
        self.size
    }

    /// OCCURS clause.
    pub fn occurs(&self) -> Option<Occurs> {
        self.occurs
    }

    /// Target of REDEFINES.
    pub fn redefines(&self) -> Option<FieldId> {
        self.redefines
    }

    /// PICTURE as written, in upper case: `S9(9)V99`. `None` for groups and where USAGE says all.
    pub fn picture(&self) -> Option<&str> {
        self.picture.as_deref()
    }

    /// USAGE, the item's own or that of a group around it, synonyms merged: BINARY for COMP and
    /// COMP-4, COMP-3 for PACKED-DECIMAL. `None` where no clause says it, and for groups.
    pub fn usage(&self) -> Option<&'static str> {
        self.usage
    }

    /// What the bytes mean.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Level-88 condition names with their VALUE clause as written.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }
}

impl Occurs {
    /// Least number of occurrences.
    pub fn min(&self) -> usize {
        self.min
    }

    /// Greatest number of occurrences: the storage of fixed layouts.
    pub fn max(&self) -> NonZeroUsize {
        self.max
    }

    /// The field that holds the count.
    pub fn depending_on(&self) -> Option<FieldId> {
        self.depending_on
    }
}

impl Condition {
    /// Condition name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// VALUE clause as written, without the keyword.
    pub fn values(&self) -> &str {
        &self.values
    }
}
