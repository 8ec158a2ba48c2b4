//! What several tests share.

pub mod drift;
