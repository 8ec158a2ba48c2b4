//! Diagnosis: what is wrong in a text, from the exact parser's verdict and the structure around it.

mod finding;
pub mod python;

pub use finding::{Finding, Related, Severity};
