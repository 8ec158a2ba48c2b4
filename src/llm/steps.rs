//! The way to a server, step by step, as far as it is free.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout};

use super::address::{at_both_families, is_loopback};
use super::connection::Memory;
use super::obstacle::Obstacle;
use super::provider::millis_since;
use super::retry::Failure;
use super::service::{Finding, Listing, Service};
use crate::engine::ports::{ModelError, ModelErrorKind, ProbeOutcome, ProbeStep, Probed};

/// Who hears of each step.
pub(super) type OnStep<'hears> = &'hears (dyn for<'step> Fn(&'step Probed) + Send + Sync);

/// The steps so far.
struct Walk<'hears> {
    steps: Vec<Probed>,
    on_step: OnStep<'hears>,
    since: Instant,
}

impl Walk<'_> {
    fn add(
        &mut self,
        step: ProbeStep,
        outcome: ProbeOutcome,
        detail: String,
        hint: Option<String>,
    ) {
        let probed = Probed {
            step,
            outcome,
            detail,
            hint,
            millis: millis_since(self.since),
        };
        (self.on_step)(&probed);
        self.steps.push(probed);
        self.since = Instant::now();
    }

    fn passed(&mut self, step: ProbeStep, detail: impl Into<String>) {
        self.add(step, ProbeOutcome::Passed, detail.into(), None);
    }

    fn skipped(&mut self, step: ProbeStep, detail: impl Into<String>) {
        self.add(step, ProbeOutcome::Skipped, detail.into(), None);
    }

    fn failed(&mut self, step: ProbeStep, error: &ModelError) {
        let (detail, hint) = (error.message.clone(), error.hint.clone());
        self.add(step, ProbeOutcome::Failed, detail, hint);
    }
}

impl Service {
    /// Takes every free step until one fails. Returns them, and what the way led to.
    pub async fn walk(&self, on_step: OnStep<'_>) -> (Vec<Probed>, Result<Finding, ModelError>) {
        let mut walk = Walk {
            steps: Vec::new(),
            on_step,
            since: Instant::now(),
        };
        let found = self.take_steps(&mut walk).await;
        (walk.steps, found)
    }

    async fn take_steps(&self, walk: &mut Walk<'_>) -> Result<Finding, ModelError> {
        let Some(base) = self.bases.first() else {
            return Err(self.http.explain.malformed("there is no address"));
        };
        if let Err((step, error)) = self.reach(base, walk).await {
            // A proxy may reach what cannot be reached from here.
            if is_loopback(base) || never_arrived(&self.list().await) {
                walk.failed(step, &error);
                return Err(error);
            }
            for missing in [ProbeStep::Address, ProbeStep::Port] {
                if missing >= step {
                    walk.skipped(missing, "it is reached through the proxy");
                }
            }
        }
        if base.scheme() == "https" {
            // Its connection is kept for the list that is read.
            match self.list().await {
                Err(Failure {
                    error,
                    obstacle: Some(obstacle),
                    ..
                }) => {
                    let (step, error) = match obstacle {
                        Obstacle::Proxy => (ProbeStep::Port, error),
                        Obstacle::Tls => (ProbeStep::Tls, error),
                        // The port was open a moment ago.
                        Obstacle::Name | Obstacle::Port => {
                            let cause = "the server does not shake hands";
                            let explain = &self.http.explain;
                            (ProbeStep::Tls, explain.not_connected(Obstacle::Tls, cause))
                        }
                    };
                    walk.failed(step, &error);
                    return Err(error);
                }
                _ => walk.passed(ProbeStep::Tls, "the server proved who it is"),
            }
        } else {
            walk.skipped(
                ProbeStep::Tls,
                "not used by an address that starts with http://",
            );
        }
        match self.list().await {
            Ok(listing) => self.answers(listing, walk).await,
            Err(failure) => {
                self.stuck(&failure.error, walk);
                Err(failure.error)
            }
        }
    }

    /// Looks the host up and knocks at its port. The error is the step that fails, and why.
    async fn reach(&self, base: &Url, walk: &mut Walk<'_>) -> Result<(), (ProbeStep, ModelError)> {
        let explain = &self.http.explain;
        let timeouts = self.http.timeouts;
        let unresolved = |cause: String| {
            (
                ProbeStep::Address,
                explain.not_connected(Obstacle::Name, &cause),
            )
        };
        let addresses = match timeout(timeouts.check, addresses(base)).await {
            Ok(Ok(addresses)) if !addresses.is_empty() => addresses,
            Ok(Ok(_)) => return Err(unresolved("the name has no address".to_owned())),
            Ok(Err(error)) => return Err(unresolved(error.to_string())),
            Err(_) => return Err(unresolved("nobody answers who knows names".to_owned())),
        };
        let names: Vec<_> = addresses
            .iter()
            .map(|address| address.ip().to_string())
            .collect();
        walk.passed(ProbeStep::Address, names.join(", "));
        let mut causes = Vec::new();
        for address in addresses {
            let cause = match timeout(timeouts.connect, TcpStream::connect(address)).await {
                Ok(Ok(_)) => {
                    walk.passed(ProbeStep::Port, address.to_string());
                    return Ok(());
                }
                Ok(Err(error)) => error.to_string(),
                Err(_) => format!("nothing within {} s", timeouts.connect.as_secs_f32()),
            };
            causes.push(format!("{address}: {cause}"));
        }
        let error = explain.not_connected(Obstacle::Port, &causes.join("; "));
        Err((ProbeStep::Port, error))
    }

    /// What a list means that did not come.
    fn stuck(&self, error: &ModelError, walk: &mut Walk<'_>) {
        match error.kind {
            // The question that follows waits for it.
            ModelErrorKind::Loading => walk.passed(ProbeStep::Server, error.message.clone()),
            ModelErrorKind::Auth => {
                walk.passed(ProbeStep::Server, self.provider.title);
                walk.failed(ProbeStep::Key, error);
            }
            ModelErrorKind::ModelMissing => {
                walk.passed(ProbeStep::Server, self.provider.title);
                walk.failed(ProbeStep::Model, error);
            }
            _ => walk.failed(ProbeStep::Server, error),
        }
    }

    /// What a list means that came.
    async fn answers(&self, listing: Listing, walk: &mut Walk<'_>) -> Result<Finding, ModelError> {
        walk.passed(
            ProbeStep::Server,
            format!("{} lists its models", self.provider.title),
        );
        if self.http.explain.key.is_empty() {
            walk.skipped(ProbeStep::Key, "none is set, and none was asked for");
        } else {
            walk.passed(ProbeStep::Key, "it was not refused");
        }
        let found = self.find_in(listing).await;
        match &found {
            Ok(finding) => {
                let how = match finding.memory {
                    Memory::Loaded => ", and loaded",
                    Memory::NotLoaded => ", not loaded: the first answer takes as long as loading",
                    Memory::Unknown => "",
                };
                walk.passed(ProbeStep::Model, format!("{} is there{how}", finding.model));
            }
            // It is there, and the question that follows waits for it.
            Err(error) if error.kind == ModelErrorKind::Loading => {
                walk.passed(ProbeStep::Model, error.message.clone());
            }
            Err(error) => walk.failed(ProbeStep::Model, error),
        }
        found
    }
}

/// Whether a list was asked for in vain, because the server was never reached.
fn never_arrived(listed: &Result<Listing, Failure>) -> bool {
    listed.as_ref().is_err_and(|failure| {
        matches!(failure.obstacle, Some(Obstacle::Name | Obstacle::Port))
            || matches!(
                failure.error.kind,
                ModelErrorKind::Unreachable | ModelErrorKind::Timeout
            )
    })
}

/// The addresses at which a server may listen.
async fn addresses(base: &Url) -> std::io::Result<Vec<SocketAddr>> {
    let port = base.port_or_known_default().unwrap_or_default();
    let both = at_both_families(base.clone());
    if both.host_str() == Some("localhost") {
        let here: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        return Ok(here.map(|address| SocketAddr::new(address, port)).to_vec());
    }
    let host = base.host_str().unwrap_or_default().trim_matches(['[', ']']);
    Ok(lookup_host((host, port)).await?.collect())
}
