//! Languages: parsers, tokens and constructs, one folder per language.

pub mod python;
