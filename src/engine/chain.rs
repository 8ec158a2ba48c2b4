//! Everybody who may be asked, as one model: in order, within the budget, and with every call on record.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use async_trait::async_trait;

use super::budget::{Budget, Prices, estimated_tokens};
use super::ports::{
    CallOutcome, Clock, ConnectionStatus, Ledger, ListedModel, Model, ModelCall, ModelError,
    ModelErrorKind, ModelReply, ModelRequest, Probed, Purpose, Spending,
};

/// One who may be asked.
pub struct Link {
    /// The model.
    pub model: Arc<dyn Model>,
    /// What it costs, where that is known.
    pub prices: Option<Prices>,
}

/// What is true of all calls.
pub struct Terms {
    /// What may be used up by models that are not local.
    pub budget: Budget,
    /// Whether models that are not local may stand in for the first one.
    pub cloud_fallback: bool,
    /// Whether the record keeps what was sent.
    pub keeps_text: bool,
}

/// Asks the first, and the next one only while the one before is unreachable, overloaded, or asks to be left alone.
pub struct Chain {
    first: Link,
    others: Vec<Link>,
    terms: Terms,
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
}

impl Chain {
    /// A chain of at least one.
    pub fn new(
        first: Link,
        others: Vec<Link>,
        terms: Terms,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            first,
            others,
            terms,
            ledger,
            clock,
        }
    }

    async fn ask(
        &self,
        link: &Link,
        request: &ModelRequest,
        progress: &(dyn for<'piece> Fn(&'piece str) + Send + Sync),
    ) -> Result<ModelReply, Unanswered> {
        let is_local = link.model.is_local();
        if !is_local {
            let (budget, now) = (&self.terms.budget, self.clock.now());
            budget
                .permits(request, link.prices, self.ledger.as_ref(), now)
                .map_err(Unanswered::before_a_word)?;
        }
        let call = Call::begin(self, link, request);
        let count = |piece: &str| {
            let bytes = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            call.received.fetch_add(bytes, Ordering::Relaxed);
            progress(piece);
        };
        let outcome = link.model.complete(request, &count).await;
        let has_spoken = call.received.load(Ordering::Relaxed) > 0;
        let spent = call.end(&outcome);
        match outcome {
            Ok(reply) => Ok(ModelReply {
                spent: if is_local { Spending::default() } else { spent },
                ..reply
            }),
            Err(error) => Err(Unanswered { error, has_spoken }),
        }
    }
}

#[async_trait]
impl Model for Chain {
    async fn complete(
        &self,
        request: &ModelRequest,
        progress: &(dyn for<'piece> Fn(&'piece str) + Send + Sync),
    ) -> Result<ModelReply, ModelError> {
        let mut error = match self.ask(&self.first, request, progress).await {
            // A test is of the first one, not of those who stand in for it.
            Err(failed) if failed.passes_on() && request.purpose != Purpose::Test => failed.error,
            outcome => return outcome.map_err(|failed| failed.error),
        };
        for link in &self.others {
            let status = link.model.status();
            if !self.terms.cloud_fallback && !link.model.is_local() {
                let name = status.provider;
                error.message += &format!(
                    "; {name} was not asked, because it is on the Internet and `model.cloudFallback` is off"
                );
                continue;
            }
            tracing::info!(%error, next = status.provider, "asking the next one");
            match self.ask(link, request, progress).await {
                Err(next) if next.passes_on() => {
                    error.message += &format!("; {}", next.error);
                }
                outcome => return outcome.map_err(|failed| failed.error),
            }
        }
        Err(error)
    }

    async fn check(&self) -> ConnectionStatus {
        self.first.model.check().await
    }

    async fn keep_warm(&self) {
        self.first.model.keep_warm().await;
    }

    async fn probe(
        &self,
        on_step: &(dyn for<'step> Fn(&'step Probed) + Send + Sync),
    ) -> Vec<Probed> {
        self.first.model.probe(on_step).await
    }

    async fn models(&self) -> Result<Vec<ListedModel>, ModelError> {
        self.first.model.models().await
    }

    fn status(&self) -> ConnectionStatus {
        self.first.model.status()
    }

    async fn changed(&self, known: &ConnectionStatus) {
        self.first.model.changed(known).await;
    }

    fn is_local(&self) -> bool {
        self.first.model.is_local()
    }
}

/// A call that gave no answer.
struct Unanswered {
    error: ModelError,
    /// Whether a part of one came.
    has_spoken: bool,
}

impl Unanswered {
    fn before_a_word(error: ModelError) -> Self {
        Self {
            error,
            has_spoken: false,
        }
    }

    /// Whether another one may be asked: not about a question's own fault, nor to get around a key or a filter. A second
    /// answer must not follow half a first.
    fn passes_on(&self) -> bool {
        !self.has_spoken
            && matches!(
                self.error.kind,
                ModelErrorKind::Unreachable
                    | ModelErrorKind::Overloaded
                    | ModelErrorKind::RateLimited
            )
    }
}

/// Whether a server that fails so has not read the question, so that nobody counts it. All else is estimated.
const fn is_refused_unread(kind: ModelErrorKind) -> bool {
    matches!(
        kind,
        ModelErrorKind::Unreachable
            | ModelErrorKind::Auth
            | ModelErrorKind::ModelMissing
            | ModelErrorKind::RateLimited
            | ModelErrorKind::Quota
            | ModelErrorKind::Overloaded
            | ModelErrorKind::Loading
            | ModelErrorKind::BadRequest
            | ModelErrorKind::ContextTooLong
            | ModelErrorKind::Configuration
    )
}

/// A call under way. Dropped before its end, it was given up, which is recorded too.
struct Call<'chain> {
    chain: &'chain Chain,
    link: &'chain Link,
    request: &'chain ModelRequest,
    at: i64,
    started: Instant,
    received: AtomicU64,
    is_over: bool,
}

impl<'chain> Call<'chain> {
    fn begin(chain: &'chain Chain, link: &'chain Link, request: &'chain ModelRequest) -> Self {
        Self {
            chain,
            link,
            request,
            at: chain.clock.now(),
            started: Instant::now(),
            received: AtomicU64::new(0),
            is_over: false,
        }
    }

    /// Records what came of it; returns what it used up.
    fn end(mut self, outcome: &Result<ModelReply, ModelError>) -> Spending {
        self.is_over = true;
        let has_spoken = self.received.load(Ordering::Relaxed) > 0;
        match outcome {
            Ok(reply) => self.record(
                CallOutcome::Answered,
                Some(&reply.model),
                reply.tokens_in,
                reply.tokens_out,
            ),
            Err(error) => {
                let is_unread = !has_spoken && is_refused_unread(error.kind);
                let nothing = is_unread.then_some(0);
                self.record(CallOutcome::Failed(error.kind), None, nothing, nothing)
            }
        }
    }

    fn record(
        &self,
        outcome: CallOutcome,
        model: Option<&str>,
        tokens_in: Option<u64>,
        tokens_out: Option<u64>,
    ) -> Spending {
        let status = self.link.model.status();
        let (sent, received) = (self.request.bytes(), self.received.load(Ordering::Relaxed));
        let tokens_in = tokens_in.unwrap_or_else(|| estimated_tokens(sent));
        let tokens_out = tokens_out.unwrap_or_else(|| estimated_tokens(received));
        let local = self.link.model.is_local();
        let prices = self.link.prices.filter(|_| !local);
        let cost = prices.map(|prices| prices.cost(tokens_in, tokens_out));
        let texts = self.request.messages.iter();
        let text = texts.map(|message| message.content.as_str());
        self.chain.ledger.called(ModelCall {
            at: self.at,
            provider: status.provider,
            url: status.url,
            model: model.map(str::to_owned).or(status.model),
            local,
            purpose: self.request.purpose,
            bytes_sent: sent,
            bytes_received: received,
            tokens_in,
            tokens_out,
            cost_micros: if local { Some(0) } else { cost },
            redactions: self.request.redactions,
            millis: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            outcome,
            text: (self.chain.terms.keeps_text).then(|| text.collect::<Vec<_>>().join("\n\n")),
        });
        Spending {
            tokens: tokens_in.saturating_add(tokens_out),
            cost_micros: cost.unwrap_or(0),
        }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.record(CallOutcome::Cancelled, None, None, None);
        }
    }
}
