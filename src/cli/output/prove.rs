//! What `salve prove --json` prints.

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::Verdict;
use crate::prove::jail::Layers;
use crate::prove::{Exception, RunVerdict};

/// How a run in the sandbox went.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ProveOutput {
    /// In one word.
    pub verdict: RunVerdict,
    /// In a sentence.
    pub reason: String,
    /// The exception that decided it, if one did.
    pub exception: Option<Exception>,
    /// How far the proof went, lowest rung first.
    pub rungs: Vec<Rung>,
    /// The layers of the sandbox.
    pub layers: LayersOutput,
    /// The exit status, if the program ended itself.
    pub exit_code: Option<i32>,
    /// What it printed; at most 256 KiB.
    pub stdout: String,
    /// What it complained of; at most 256 KiB.
    pub stderr: String,
    /// Whether it wrote more than that.
    pub truncated: bool,
    /// Wall time in milliseconds.
    pub wall_ms: u64,
    /// Processor time of all its processes in milliseconds.
    pub cpu_ms: u64,
    /// Most resident memory of one process in bytes.
    pub peak_rss_bytes: u64,
}

/// One step of the proof.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Rung {
    /// What was done.
    pub step: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// What a person should know of it.
    pub detail: Option<String>,
}

/// Which layers of the sandbox held.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LayersOutput {
    /// What they amount to: `full`, `no-namespaces` or `none`.
    pub tier: &'static str,
    /// Namespaces of its own.
    pub namespaces: bool,
    /// Landlock rules on files and signals.
    pub landlock: bool,
    /// The version of Landlock that the kernel offers, 0 for none.
    pub landlock_abi: u32,
    /// The filter on system calls.
    pub seccomp: bool,
    /// Limits on resources.
    pub rlimits: bool,
    /// No program inside can gain privileges.
    pub no_new_privileges: bool,
    /// No process inside has a capability.
    pub no_capabilities: bool,
    /// No network but, in the profile for tests, its own loopback.
    pub no_network: bool,
    /// The layers that hold, by name.
    pub active: Vec<String>,
    /// Why others do not, and what to do about it.
    pub missing: Vec<String>,
}

impl From<&Layers> for LayersOutput {
    fn from(layers: &Layers) -> Self {
        Self {
            tier: layers.tier.name(),
            namespaces: layers.namespaces,
            landlock: layers.landlock,
            landlock_abi: layers.landlock_abi,
            seccomp: layers.seccomp,
            rlimits: layers.rlimits,
            no_new_privileges: layers.no_new_privileges,
            no_capabilities: layers.no_capabilities,
            no_network: layers.no_network,
            active: layers.active().into_iter().map(str::to_owned).collect(),
            missing: layers.missing.clone(),
        }
    }
}
