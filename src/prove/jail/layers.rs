use serde::{Deserialize, Serialize};

/// A layer of the jail that can be switched off by force, to see that the verdict says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// User, mount, process, network, IPC, host name and cgroup namespaces of its own.
    Namespaces,
    /// The kernel's file and signal rules for unprivileged processes.
    Landlock,
    /// The filter on system calls.
    Seccomp,
    /// Limits on memory, files, processes and time.
    Rlimits,
}

impl Layer {
    /// Every layer that can be switched off.
    pub const ALL: [Self; 4] = [
        Self::Namespaces,
        Self::Landlock,
        Self::Seccomp,
        Self::Rlimits,
    ];

    /// The name as it is written on the command line and in a verdict.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Namespaces => "namespaces",
            Self::Landlock => "landlock",
            Self::Seccomp => "seccomp",
            Self::Rlimits => "rlimits",
        }
    }
}

/// How much of a jail there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Too little to run anything.
    #[default]
    None,
    /// Landlock, seccomp and limits, as in a container or where user namespaces are forbidden.
    NoNamespaces,
    /// Everything.
    Full,
}

impl Tier {
    /// The name as it is written in a verdict.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NoNamespaces => "no-namespaces",
            Self::Full => "full",
        }
    }
}

/// The layers that hold around one run, as the warden found them when it had set them up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Layers {
    /// What they amount to.
    pub tier: Tier,
    /// Namespaces of its own, with a root folder that holds nothing but what is needed.
    pub namespaces: bool,
    /// Whether Landlock rules hold.
    pub landlock: bool,
    /// The version of Landlock that the kernel offers, 0 for none.
    pub landlock_abi: u32,
    /// Whether system calls are filtered.
    pub seccomp: bool,
    /// Whether resources are limited.
    pub rlimits: bool,
    /// Whether no program inside can gain privileges.
    pub no_new_privileges: bool,
    /// Whether no process inside has a capability.
    pub no_capabilities: bool,
    /// Whether there is no network but, in the profile for tests, its own loopback.
    pub no_network: bool,
    /// Why a layer is missing, in plain words with what to do.
    pub missing: Vec<String>,
}

impl Layers {
    /// Whether a program may be run at all: Landlock, the filter on system calls, and limits are the least. Namespaces
    /// are not part of it, because Ubuntu 24.04 and containers do not offer them.
    pub fn meets_minimum(&self) -> bool {
        self.tier > Tier::None
    }

    /// Sets [`Layers::tier`] from the layers.
    pub fn judge(&mut self) {
        let minimum = self.landlock && self.seccomp && self.rlimits && self.no_new_privileges;
        self.tier = match (minimum, self.namespaces) {
            (false, _) => Tier::None,
            (true, false) => Tier::NoNamespaces,
            (true, true) => Tier::Full,
        };
    }

    /// The names of the layers that hold.
    pub fn active(&self) -> Vec<&'static str> {
        [
            (self.namespaces, Layer::Namespaces),
            (self.landlock, Layer::Landlock),
            (self.seccomp, Layer::Seccomp),
            (self.rlimits, Layer::Rlimits),
        ]
        .into_iter()
        .filter_map(|(active, layer)| active.then_some(layer.name()))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_any_of_the_least_layers_nothing_runs() {
        let all = Layers {
            namespaces: true,
            landlock: true,
            seccomp: true,
            rlimits: true,
            no_new_privileges: true,
            ..Layers::default()
        };
        let tier = |change: fn(&mut Layers)| {
            let mut layers = all.clone();
            change(&mut layers);
            layers.judge();
            layers.tier
        };
        assert_eq!(tier(|_| ()), Tier::Full);
        assert_eq!(tier(|layers| layers.namespaces = false), Tier::NoNamespaces);
        assert_eq!(tier(|layers| layers.landlock = false), Tier::None);
        assert_eq!(tier(|layers| layers.seccomp = false), Tier::None);
        assert_eq!(tier(|layers| layers.rlimits = false), Tier::None);
        assert_eq!(tier(|layers| layers.no_new_privileges = false), Tier::None);
    }
}
