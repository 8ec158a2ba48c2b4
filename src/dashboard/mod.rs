//! A local page about what salve learned and how right it is, live.
//!
//! On loopback only, for who knows the token of this start. Pages are whole without a script; the one that there is
//! puts the new page in place of the old one when the record changes.

mod access;
mod api;
mod live;
mod pages;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::watch;

use self::access::{Access, Token};
use crate::engine::ports::{KnowledgeError, Patterns};

/// Where the dashboard listens unless told otherwise.
pub const PORT: u16 = 5000;

/// Ports after the wanted one that are tried if others listen there.
const TRIES: u16 = 20;

/// Most bytes of what is sent to the server.
const MAX_BODY: usize = 64 * 1024;

/// A server that listens, and does not answer yet.
pub struct Dashboard {
    listener: TcpListener,
    shared: Shared,
}

/// What all requests share.
#[derive(Clone)]
struct Shared {
    access: Access,
    record: Arc<dyn Patterns>,
    changes: watch::Receiver<u64>,
}

impl Shared {
    /// Asks the record, which may wait for the disk.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Patterns) -> Result<T, KnowledgeError> + Send + 'static,
    ) -> Result<T, KnowledgeError> {
        let record = Arc::clone(&self.record);
        let answer = tokio::task::spawn_blocking(move || question(record.as_ref())).await;
        answer.unwrap_or_else(|_| {
            Err(KnowledgeError {
                message: "the record was not read: a thread ended early".to_owned(),
                hint: None,
            })
        })
    }
}

impl Dashboard {
    /// Listens on loopback at `port`, or at the next one that is free.
    ///
    /// # Errors
    /// If none of them is free.
    pub async fn bind(port: u16, record: Arc<dyn Patterns>) -> std::io::Result<Self> {
        let mut wanted = port..=port.saturating_add(TRIES);
        let listener = loop {
            let port = wanted.next().unwrap_or(port);
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                Ok(listener) => break listener,
                Err(error) if wanted.is_empty() => return Err(error),
                Err(_) => {}
            }
        };
        let access = Access {
            address: listener.local_addr()?,
            token: Token::new(),
        };
        Ok(Self {
            listener,
            shared: Shared {
                access,
                changes: live::watch(Arc::clone(&record)),
                record,
            },
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.access.address
    }

    /// The address to open. What follows `#` lets the browser in and is never sent over the network.
    pub fn url(&self) -> String {
        format!(
            "http://{}/#{}",
            self.address(),
            self.shared.access.token.as_str()
        )
    }

    /// Answers until `end` is over.
    ///
    /// # Errors
    /// If the socket fails.
    pub async fn serve(
        self,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let access = self.shared.access.clone();
        let guard = move |request: Request, next: Next| access.clone().guard(request, next);
        let router = Router::new()
            .route("/", get(pages::overview))
            .route("/patterns", get(pages::patterns))
            .route("/patterns/{id}", get(pages::pattern))
            .route("/assets/{name}", get(pages::asset))
            .route("/api/health", get(api::health))
            .route("/api/session", post(api::session))
            .route("/api/events", get(live::events))
            .route("/api/success-patterns/stats", get(api::stats))
            .route("/api/patterns", get(api::patterns))
            .route("/api/patterns/{id}", get(api::pattern))
            .route("/api/patterns/{id}/pin", post(api::pin))
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .layer(from_fn(guard))
            .with_state(self.shared);
        // Pages that stay open never end by themselves: nobody waits for them.
        tokio::select! {
            outcome = axum::serve(self.listener, router).into_future() => outcome,
            () = end => Ok(()),
        }
    }
}
