//! Measures salve on rows of broken programs whose cures are known.

pub mod causes;
mod figures;
mod lessons;
mod library;
mod measure;
mod naming;
mod page;
mod row;
mod rows_file;
mod run;
mod single;
mod unrecorded;

pub use figures::{Figures, summarize};
pub use lessons::{School, halves};
pub use library::{damaged_rows, rows_of_kinds};
pub use measure::{Outcome, Subject};
pub use page::page;
pub use row::{Row, read};
pub use rows_file::RowsFile;
pub use run::measure_all;
