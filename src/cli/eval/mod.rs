//! Measures salve on rows of broken programs whose cures are known.

mod figures;
mod measure;
mod row;
mod unrecorded;

pub use figures::{Figures, Share, summarize};
pub use measure::{Outcome, measure};
pub use row::{Row, read};
pub use unrecorded::unrecorded_engine;
