//! Languages: parsers, tokens and constructs, one file per language.
