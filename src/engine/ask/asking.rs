use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::prompt::{NeverSent, Secrets};

/// Most answers that are remembered. At some hundred asks a day that is weeks.
const MOST_REMEMBERED: usize = 10_000;

/// What all asks of a session have in common.
#[derive(Debug, Default)]
pub struct Asking {
    /// Values that no model is shown.
    pub secrets: Secrets,
    /// Files that no model is shown.
    pub never_sent: NeverSent,
    failed: Mutex<HashSet<[u8; 32]>>,
}

impl Asking {
    /// An empty memory.
    pub fn new(secrets: Secrets, never_sent: NeverSent) -> Self {
        Self {
            secrets,
            never_sent,
            failed: Mutex::default(),
        }
    }

    /// Remembers that `after` is no fix of `before`.
    pub(super) fn remember(&self, before: &str, after: &str) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= MOST_REMEMBERED {
            failed.clear();
        }
        failed.insert(key(before, after));
    }

    /// Whether `after` was tried as a fix of `before`, and was none.
    pub(super) fn has_failed(&self, before: &str, after: &str) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.contains(&key(before, after))
    }
}

fn key(before: &str, after: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before.len().to_le_bytes());
    hash.update(before);
    hash.update(after);
    hash.finalize().into()
}
