use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower_lsp::Client;
use tower_lsp::ls_types::{MessageType, ProgressToken};

use super::features::Features;
use super::parts::{Parts, PartsFactory, Workspace};
use super::state::State;
use crate::engine::ports::ConnectionStatus;

/// Cancellable progress by its token.
#[derive(Default)]
pub struct Asks {
    running: Mutex<Vec<(ProgressToken, CancellationToken)>>,
    last_token: AtomicU64,
}

impl Asks {
    /// The list, for one statement.
    pub fn lock(&self) -> MutexGuard<'_, Vec<(ProgressToken, CancellationToken)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A token that is not used yet.
    pub fn new_token(&self) -> ProgressToken {
        let number = self.last_token.fetch_add(1, Ordering::Relaxed) + 1;
        ProgressToken::String(format!("salve/{number}"))
    }

    /// Cancels what runs under `token`.
    pub fn cancel(&self, token: &ProgressToken) {
        for (known, running) in self.lock().iter() {
            if known == token {
                running.cancel();
            }
        }
    }
}

/// The jobs that follow documents. They go on for a moment when a document is closed.
#[derive(Default)]
pub struct Followers {
    running: Mutex<Vec<JoinHandle<()>>>,
}

impl Followers {
    /// Takes one up.
    pub fn add(&self, job: JoinHandle<()>) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|job| !job.is_finished());
        running.push(job);
    }

    /// Waits until all have ended, as they do when their documents are closed.
    pub async fn ended(&self) {
        let running = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *running)
        };
        for job in running {
            // A panic was one document's.
            let _ = job.await;
        }
    }
}

/// What all handlers and jobs of one session share.
pub struct Session {
    /// The way to the client.
    pub client: Client,
    /// The open documents.
    pub state: State,
    /// What the client can do; set by `initialize`.
    features: OnceLock<Features>,
    factory: PartsFactory,
    workspace: Mutex<Workspace>,
    parts: watch::Sender<Option<Arc<Parts>>>,
    /// Whether parts were ever asked for.
    is_configured: AtomicBool,
    /// Whether parts were ever made.
    was_made: AtomicBool,
    /// What the person was told, to say it once.
    told: Mutex<HashSet<String>>,
    /// What the client was told last of the connection to the model.
    pub told_connection: Mutex<Option<ConnectionStatus>>,
    /// Progress that the person can cancel.
    pub asks: Asks,
    /// What observes the documents.
    pub followers: Followers,
    /// Held from the check that diagnostics are current until they are sent, so that none overtakes newer ones.
    pub publishing: tokio::sync::Mutex<()>,
}

impl Session {
    /// A session with nothing open.
    pub fn new(client: Client, factory: PartsFactory) -> Self {
        Self {
            client,
            state: State::default(),
            features: OnceLock::new(),
            factory,
            workspace: Mutex::default(),
            parts: watch::channel(None).0,
            is_configured: AtomicBool::new(false),
            was_made: AtomicBool::new(false),
            told: Mutex::default(),
            told_connection: Mutex::default(),
            asks: Asks::default(),
            followers: Followers::default(),
            publishing: tokio::sync::Mutex::default(),
        }
    }

    /// What the client can do.
    pub fn features(&self) -> Features {
        self.features.get().copied().unwrap_or_default()
    }

    /// Notes what the client can do. Only the first call counts.
    pub fn set_features(&self, features: Features) {
        let _ = self.features.set(features);
    }

    /// The parts, as soon as they are made; `None` if they never will be.
    pub async fn parts(&self) -> Option<Arc<Parts>> {
        let mut parts = self.parts.subscribe();
        let made = parts.wait_for(Option::is_some).await.ok()?;
        made.clone()
    }

    /// Waits until these are no longer the parts to work with.
    pub async fn replaced(&self, parts: &Arc<Parts>) {
        let mut now = self.parts.subscribe();
        let is_other =
            |now: &Option<Arc<Parts>>| now.as_ref().is_none_or(|now| !Arc::ptr_eq(now, parts));
        // The sender lives as long as the session.
        let _ = now.wait_for(is_other).await;
    }

    /// The parts, if they are made.
    pub fn parts_now(&self) -> Option<Arc<Parts>> {
        self.parts.borrow().clone()
    }

    fn workspace(&self) -> MutexGuard<'_, Workspace> {
        self.workspace
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether these are the parts to work with.
    pub fn works_with(&self, parts: &Arc<Parts>) -> bool {
        let now = self.parts.borrow();
        now.as_ref().is_some_and(|now| Arc::ptr_eq(now, parts))
    }

    /// Makes the parts anew because the person's file of settings is another.
    pub fn read_settings_anew(self: &Arc<Self>) {
        self.is_configured.store(false, Ordering::Relaxed);
        self.reconfigure(|_| {});
    }

    /// Makes the parts anew after a change of the workspace, and has every document examined again. The change counts
    /// at once: nothing more is done with the parts from before.
    pub fn reconfigure(self: &Arc<Self>, change: impl FnOnce(&mut Workspace)) {
        let mut workspace = self.workspace();
        let before = workspace.clone();
        change(&mut workspace);
        if *workspace == before && self.is_configured.swap(true, Ordering::Relaxed) {
            return;
        }
        self.is_configured.store(true, Ordering::Relaxed);
        // Under the lock, as newer parts are set under it too.
        let withdrawn = self.parts.send_replace(None);
        // What was made in another state of trust is never used again.
        let (fallback, retired) = if workspace.trust == before.trust {
            (withdrawn, None)
        } else {
            (None, withdrawn)
        };
        let workspace = workspace.clone();
        // What is being proven is given up.
        self.state.renew_all();
        let session = Arc::clone(self);
        tokio::spawn(async move {
            let factory = Arc::clone(&session.factory);
            let made = {
                let (session, workspace) = (Arc::clone(&session), workspace.clone());
                tokio::task::spawn_blocking(move || {
                    drop(retired);
                    // Making parts starts interpreters, which may not be wanted any more.
                    let is_wanted = *session.workspace() == workspace;
                    is_wanted.then(|| factory(&workspace))
                })
                .await
            };
            let parts = match made {
                Ok(Some(parts)) => Arc::new(parts),
                Ok(None) => return,
                Err(error) => {
                    tracing::error!("the settings could not be taken over: {error}");
                    let Some(parts) = fallback else { return };
                    parts
                }
            };
            if !session.take_over(&workspace, &parts) {
                return;
            }
            for warning in &parts.warnings {
                session.tell_once(MessageType::WARNING, warning).await;
            }
        });
    }

    /// Works with these parts from now on, unless settings that came later have been faster.
    fn take_over(&self, workspace: &Workspace, parts: &Arc<Parts>) -> bool {
        let newest = self.workspace();
        if *newest != *workspace {
            return false;
        }
        // Before anybody can use them: whoever waits for parts then examines the newest revision, and that once.
        self.state.renew_all();
        self.parts.send_replace(Some(Arc::clone(parts)));
        let is_first = !self.was_made.swap(true, Ordering::Relaxed);
        if !is_first && self.features().refreshes_diagnostics {
            let client = self.client.clone();
            tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
        }
        true
    }

    /// Shows a message to the person, once per session.
    pub async fn tell_once(&self, kind: MessageType, message: &str) {
        if self.is_first(message) {
            self.client.show_message(kind, message).await;
        }
    }

    /// Writes a message to the client's log, once per session, without waiting.
    pub fn log_once(self: &Arc<Self>, message: String) {
        if self.is_first(&message) {
            tracing::warn!("{message}");
            let session = Arc::clone(self);
            tokio::spawn(async move {
                session
                    .client
                    .log_message(MessageType::WARNING, message)
                    .await;
            });
        }
    }

    /// Whether this is said or done for the first time in the session.
    pub fn is_first(&self, message: &str) -> bool {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(message.to_owned())
    }
}
