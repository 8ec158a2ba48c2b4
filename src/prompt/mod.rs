//! Prompts: what of a text is shown to a model, how it is asked, and how its answer becomes edits.

mod answer;
mod change;
mod proposal;
mod question;
mod redaction;
mod region;

pub use answer::code_in_answer;
pub use change::Change;
pub use proposal::{Proposal, proposals};
pub use question::{ORDERS, another_try, answer_limit, question};
pub use redaction::{Excerpt, Misplaced, Redaction, Secrets};
pub use region::Region;
