use std::time::Duration;

/// Most bytes of source that are compiled: 64 MiB.
pub(super) const MAX_SOURCE: usize = 64 << 20;

/// How far a child of this room may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Wall time for one job, its restart included.
    pub wall: Duration,
    /// Address space of the child in bytes, where the platform can limit it (not on macOS and Windows).
    pub memory: u64,
    /// How long a worker with nothing to do is kept.
    pub idle: Duration,
    /// How long a job that nobody waits for any more may go on before its worker is killed.
    pub grace: Duration,
    /// Wall time for one run of a linter or a type checker.
    pub tool: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(10),
            memory: 1 << 30,
            idle: Duration::from_secs(300),
            grace: Duration::from_millis(200),
            tool: Duration::from_secs(2),
        }
    }
}
