//! The static gate: what a fix newly brings into a program that no repair needs, read from both texts, with nothing run.
//!
//! A fix that ends the program early passes every run, and one that reaches into the interpreter can forge any verdict.
//! Only what is *new* counts: what the text used before is the person's business.

mod constants;
mod finding;
mod handlers;
mod names;
mod newly;
mod reading;
mod table;
mod tests_kept;
mod words;

#[cfg(test)]
mod tests;

pub use finding::{Finding, Kind};
pub use newly::{Around, Before};
pub use tests_kept::is_test_file;
