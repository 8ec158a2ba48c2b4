//! What several tests share.

pub mod scripted_http;
