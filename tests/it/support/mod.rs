//! What several tests share.

pub mod client;
#[cfg(target_os = "linux")]
pub mod cycles;
pub mod drift;
pub mod editor;
pub mod engine;
#[cfg(unix)]
pub mod healer;
#[cfg(unix)]
pub mod model_server;
pub mod program;
pub mod python;
pub mod relay;
pub mod scripted_http;
#[cfg(unix)]
pub mod tools;
#[cfg(unix)]
pub mod torture;
pub mod typist;
