//! All of it under a clock that stands still until everybody waits, so that no test takes time.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;
use crate::engine::ports::{
    ConnectionStatus, ListedModel, ModelError, ModelErrorKind, ModelReply, ModelRequest, Probed,
};

/// What a model does when it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    Panics,
    Hangs,
}

/// Tells of each call, and does the first one of each kind as it is in the mood for.
struct Moody {
    calls: UnboundedSender<(&'static str, Instant)>,
    checking: Mood,
    keeping: Mood,
    state: ConnectionState,
    is_local: bool,
    called: AtomicUsize,
}

impl Moody {
    async fn act(&self, call: &'static str, mood: Mood) {
        let _ = self.calls.send((call, Instant::now()));
        let is_first = self.called.fetch_add(1, Ordering::Relaxed) == 0;
        match mood {
            Mood::Panics if is_first => panic!("this is what it is in the mood for"),
            Mood::Hangs if is_first => std::future::pending().await,
            _ => {}
        }
    }
}

#[async_trait]
impl Model for Moody {
    async fn complete(
        &self,
        _: &ModelRequest,
        _: &(dyn for<'piece> Fn(&'piece str) + Send + Sync),
    ) -> Result<ModelReply, ModelError> {
        Err(ModelError {
            kind: ModelErrorKind::Configuration,
            message: "nobody asks".to_owned(),
            hint: None,
            retry_after_millis: None,
        })
    }

    async fn check(&self) -> ConnectionStatus {
        self.act("check", self.checking).await;
        self.status()
    }

    async fn keep_warm(&self) {
        self.act("keep", self.keeping).await;
    }

    async fn models(&self) -> Result<Vec<ListedModel>, ModelError> {
        Ok(Vec::new())
    }

    async fn probe(&self, _: &(dyn for<'step> Fn(&'step Probed) + Send + Sync)) -> Vec<Probed> {
        Vec::new()
    }

    fn status(&self) -> ConnectionStatus {
        ConnectionStatus::new(self.state, "p", "http://h")
    }

    async fn changed(&self, _: &ConnectionStatus) {}

    fn is_local(&self) -> bool {
        self.is_local
    }
}

const BEAT: Duration = Duration::from_secs(30);
const PAUSE: u64 = 20;

fn rhythm(keep_alive: u64) -> Rhythm {
    Rhythm {
        heartbeat: BEAT,
        keep_alive: (keep_alive > 0).then(|| Duration::from_secs(keep_alive)),
        patience: Duration::from_secs(100),
    }
}

struct Scene {
    calls: UnboundedReceiver<(&'static str, Instant)>,
    start: Instant,
    _heart: Task,
}

impl Scene {
    fn new(rhythm: Rhythm, change: impl FnOnce(&mut Moody)) -> Self {
        let (sender, calls) = unbounded_channel();
        let mut model = Moody {
            calls: sender,
            checking: Mood::Well,
            keeping: Mood::Well,
            state: ConnectionState::Ready,
            is_local: true,
            called: AtomicUsize::new(0),
        };
        change(&mut model);
        Self {
            calls,
            start: Instant::now(),
            _heart: Task::start(look_after(Arc::new(model), rhythm)),
        }
    }

    /// The seconds of the first calls of a kind.
    async fn first(&mut self, count: usize, kind: &str) -> Vec<u64> {
        let mut seconds = Vec::new();
        while seconds.len() < count {
            let (call, at) = self.calls.recv().await.expect("the heart beats");
            if call == kind {
                seconds.push((at - self.start).as_secs());
            }
        }
        seconds
    }

    /// The calls until then.
    async fn until(&mut self, seconds: u64) -> Vec<(&'static str, u64)> {
        tokio::time::sleep_until(self.start + Duration::from_secs(seconds)).await;
        let mut calls = Vec::new();
        while let Ok((call, at)) = self.calls.try_recv() {
            calls.push((call, (at - self.start).as_secs()));
        }
        calls
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_nearby_is_looked_at_so_often_that_a_change_is_seen_within_a_beat() {
    let mut scene = Scene::new(rhythm(0), |_| {});
    assert_eq!(
        scene.first(4, "check").await,
        [0, PAUSE, 2 * PAUSE, 3 * PAUSE]
    );
    let slowest = Duration::from_secs(PAUSE) + rhythm(0).check();
    assert!(slowest <= BEAT);
}

#[tokio::test(start_paused = true)]
async fn a_service_on_the_internet_that_is_well_is_not_bothered() {
    let mut scene = Scene::new(rhythm(300), |model| model.is_local = false);
    assert_eq!(
        scene.until(1000).await,
        [("keep", 300), ("keep", 600), ("keep", 900)]
    );
    let mut scene = Scene::new(rhythm(0), |model| {
        model.is_local = false;
        model.state = ConnectionState::RateLimited;
    });
    assert_eq!(scene.until(1000).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_service_on_the_internet_that_is_not_kept_alive_is_looked_at_now_and_then() {
    let mut scene = Scene::new(rhythm(0), |model| model.is_local = false);
    let looks = scene.first(3, "check").await;
    assert_eq!(looks, [300, 620, 940]);
}

#[tokio::test(start_paused = true)]
async fn a_service_on_the_internet_that_fails_is_looked_at_less_and_less_often() {
    let mut scene = Scene::new(rhythm(0), |model| {
        model.is_local = false;
        model.state = ConnectionState::Unreachable;
    });
    let looks = scene.first(7, "check").await;
    assert_eq!(looks, [0, 40, 100, 220, 460, 760, 1060]);
}

#[tokio::test(start_paused = true)]
async fn keeping_starts_anew_when_it_died() {
    let mut scene = Scene::new(rhythm(310), |model| {
        model.is_local = false;
        model.keeping = Mood::Panics;
    });
    // Found dead with the beat after, and then as usual.
    assert_eq!(scene.first(3, "keep").await, [310, 630, 940]);
}

#[tokio::test(start_paused = true)]
async fn keeping_starts_anew_when_it_hangs() {
    let mut scene = Scene::new(rhythm(300), |model| {
        model.is_local = false;
        model.keeping = Mood::Hangs;
    });
    // After its patience and a beat of grace.
    assert_eq!(scene.first(3, "keep").await, [300, 740, 1040]);
}

#[tokio::test(start_paused = true)]
async fn a_look_that_panics_or_hangs_does_not_stop_the_heart() {
    let panics = Scene::new(rhythm(0), |model| model.checking = Mood::Panics)
        .first(3, "check")
        .await;
    assert_eq!(panics, [0, PAUSE, 2 * PAUSE]);
    let hangs = Scene::new(rhythm(0), |model| model.checking = Mood::Hangs)
        .first(3, "check")
        .await;
    assert_eq!(hangs, [0, 30, 50]);
}

#[tokio::test(start_paused = true)]
async fn nothing_goes_on_when_the_heart_is_gone() {
    let mut scene = Scene::new(rhythm(300), |_| {});
    scene.first(1, "keep").await;
    drop(scene._heart);
    tokio::time::sleep(Duration::from_secs(10_000)).await;
    while let Some((_, at)) = scene.calls.recv().await {
        assert!((at - scene.start).as_secs() <= 300);
    }
}
