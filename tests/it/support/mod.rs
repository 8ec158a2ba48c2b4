//! What several tests share.

pub mod drift;
pub mod scripted_http;
