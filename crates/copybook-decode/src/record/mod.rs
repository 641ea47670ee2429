//! Framing: where one record ends and the next begins.
