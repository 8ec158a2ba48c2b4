//! Languages: parsers, tokens and constructs, one file per language.

pub mod python;
