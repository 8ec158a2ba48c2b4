//! The engine: propose, prove, rank. Everything outside reaches it through the ports.

mod ask;
mod budget;
mod by_hand;
mod chain;
mod connect;
mod evidence;
mod fix;
mod heal;
pub mod ports;
mod proof;
mod record;
mod remembered;

pub use ask::{AskOutcome, AskProgress, Asking, Preview, Redacted};
pub use budget::{Budget, Limit, Prices, Spend};
pub use chain::{Chain, Link, Terms};
pub use connect::{ConnectionTest, test_connection};
pub use evidence::{Evidence, Step, StepKind, Verdict};
pub use fix::{CONFIDENT, Confidence, Fix, Source};
pub use heal::{CUT_SHORT, Engine, Healed, HealedFinding, Input, MAX_TEXT};
