//! What several tests share.

pub mod drift;
pub mod program;
pub mod python;
pub mod scripted_http;
