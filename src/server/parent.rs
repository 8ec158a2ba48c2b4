//! Notices when the editor has died without closing the server's input.

use std::time::Duration;

const EVERY: Duration = Duration::from_secs(2);

/// Resolves when the process `id` is gone; never where that cannot be told.
pub async fn gone(id: u32) {
    let started_by_it = started_by() == Some(id);
    loop {
        tokio::time::sleep(EVERY).await;
        if is_gone(id, started_by_it) {
            return;
        }
    }
}

#[cfg(target_os = "linux")]
fn is_gone(id: u32, started_by_it: bool) -> bool {
    started_by_it && started_by() != Some(id)
        || !std::path::Path::new("/proc").join(id.to_string()).exists()
}

#[cfg(not(target_os = "linux"))]
fn is_gone(id: u32, started_by_it: bool) -> bool {
    started_by_it && started_by() != Some(id)
}

#[cfg(unix)]
fn started_by() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

#[cfg(not(unix))]
fn started_by() -> Option<u32> {
    None
}
