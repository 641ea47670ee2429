//! COBOL programs that are generated, compiled by GnuCOBOL and run: by the peer, which is measured, and
//! by the differential test, which compares.

pub mod compiler;
pub mod picture;
pub mod source;
