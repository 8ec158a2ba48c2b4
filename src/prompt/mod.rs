//! Prompts: what of a text is shown to a model, how it is asked, and how its answer becomes edits.

mod answer;
mod approach;
mod change;
mod examples;
mod flags;
mod never_sent;
mod proposal;
mod question;
mod redaction;
mod region;

pub use answer::code_in_answer;
pub use approach::{APPROACHES, Approach, Shape};
pub use change::Change;
pub use flags::Flags;
pub use never_sent::NeverSent;
pub use proposal::{Proposal, proposals};
pub use question::{Failure, ORDERS, Question, Speaker, Turn, answer_limit};
pub use redaction::{Excerpt, Misplaced, Redaction, Secrets};
pub use region::Region;
