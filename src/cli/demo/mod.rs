//! The demonstration: the whole cycle on programs that salve brings along.

mod cycle;
mod programs;
mod show;

pub use cycle::{DemoOutput, Stage};
pub use show::{cycle as show_cycle, model as show_model, next as show_next};
