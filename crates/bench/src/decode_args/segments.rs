//! Flags about files with records of several kinds.

use copybook_decode::decode::{SegmentParent, Selection, UnknownSegment};

/// Which description a record has, and what becomes of it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Segments")]
pub(super) struct SegmentArgs {
    /// Field whose value tells the record types in the file apart. Qualify it with its groups
    /// (HEADER.KIND) if its name is not unique. A group is read as text; several fields are
    /// separated by commas, as are the parts of their ids (KIND,VERSION and C,1).
    #[arg(long, value_name = "FIELD[,FIELD]", requires = "segment")]
    segment_field: Option<String>,

    /// Show this REDEFINES or level-01 entry, and none of the other segments, in records with this
    /// id. The id is text without surrounding spaces, or a number as it is printed. Repeat it for
    /// each id.
    #[arg(long, value_name = "ID=SEGMENT", value_parser = segment, requires = "segment_field")]
    segment: Vec<(String, String)>,

    /// What to do with an id for which no --segment is given: show this segment, or `none` of
    /// them. Without it, such an id is an invalid field.
    #[arg(long, value_name = "SEGMENT|none", requires = "segment_field")]
    segment_default: Option<String>,

    /// Print only records of this segment (`none`: those that show no segment). Repeat it to keep
    /// several.
    #[arg(long, value_name = "SEGMENT|none", requires = "segment_field")]
    keep_segment: Vec<String>,

    /// Leave out records of this segment (`none`: those that show no segment). Repeat it to leave
    /// out several.
    #[arg(
        long,
        value_name = "SEGMENT|none",
        requires = "segment_field",
        conflicts_with = "keep_segment"
    )]
    skip_segment: Vec<String>,

    /// Records of the first segment belong to the last record of the second one before them: print
    /// each record's number (`_record`), and number and id of the one it belongs to
    /// (`_parent_record`, `_parent_id`). The id is that of --segment-field, or the value of the
    /// FIELD of the parent if one is named. Decoding uses one thread then. Repeat it for each pair.
    #[arg(
        long,
        value_name = "CHILD=PARENT[:FIELD]",
        value_parser = parent,
        requires = "segment_field"
    )]
    segment_parent: Vec<SegmentParent>,
}

impl SegmentArgs {
    /// The choice of segments, if there is one.
    pub(super) fn selection(&self) -> Option<Selection> {
        self.segment_field.as_ref().map(|field| Selection {
            field: field.clone(),
            segments: self.segment.clone(),
            unknown: match self.segment_default.as_deref() {
                None => UnknownSegment::Error,
                Some("none") => UnknownSegment::None,
                Some(name) => UnknownSegment::Segment(name.to_owned()),
            },
            keep: self.keep_segment.clone(),
            skip: self.skip_segment.clone(),
            parents: self.segment_parent.clone(),
        })
    }
}

/// `C=COMPANY`
fn segment(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((id, name)) if !name.is_empty() => Ok((id.to_owned(), name.to_owned())),
        _ => Err(format!(
            "expected ID=SEGMENT, such as C=COMPANY, found `{text}`"
        )),
    }
}

/// `CONTACT=COMPANY`, or `CONTACT=COMPANY:COMPANY-ID`
fn parent(text: &str) -> Result<SegmentParent, String> {
    let expected = || {
        format!(
            "expected CHILD=PARENT or CHILD=PARENT:FIELD, such as CONTACT=COMPANY, found `{text}`"
        )
    };
    let (child, parent) = text.split_once('=').ok_or_else(expected)?;
    let (parent, key) = match parent.split_once(':') {
        Some((parent, key)) => (parent, Some(key)),
        None => (parent, None),
    };
    if child.is_empty() || parent.is_empty() || key.is_some_and(str::is_empty) {
        return Err(expected());
    }
    Ok(SegmentParent {
        child: child.to_owned(),
        parent: parent.to_owned(),
        key: key.map(str::to_owned),
    })
}
