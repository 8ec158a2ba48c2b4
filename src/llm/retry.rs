//! Whether and when a failed call is repeated.

use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use super::obstacle::Obstacle;
use crate::engine::ports::{ModelError, ModelErrorKind};

const LONGEST_BACKOFF: Duration = Duration::from_secs(8);
/// A provider that asks for more is not waited for; the person is told instead.
const LONGEST_REQUESTED_WAIT: Duration = Duration::from_secs(60);

/// A failed attempt, with what only the transport knows of it.
#[derive(Debug)]
pub(super) struct Failure {
    /// What the person is told.
    pub error: ModelError,
    /// Whether asking again can help.
    pub passing: bool,
    /// What it teaches: the parameter that the server did not like, or that the model thinks.
    pub lesson: Option<&'static str>,
    /// Where on the way to the server it got stuck, if it never arrived.
    pub obstacle: Option<Obstacle>,
}

impl Failure {
    /// A failure whose kind alone says whether it passes.
    pub fn new(error: ModelError) -> Self {
        let passing = matches!(
            error.kind,
            ModelErrorKind::RateLimited
                | ModelErrorKind::Overloaded
                | ModelErrorKind::Unreachable
                | ModelErrorKind::Loading
        );
        Self {
            error,
            passing,
            lesson: None,
            obstacle: None,
        }
    }

    /// The same failure, which will not pass.
    pub fn lasting(mut self) -> Self {
        self.passing = false;
        self
    }
}

/// How long to wait before attempt number `repetition` (from zero); `None` means that it is given up.
pub(super) fn pause(
    failure: &Failure,
    repetition: u32,
    retries: u32,
    backoff: Duration,
) -> Option<Duration> {
    if !failure.passing || repetition >= retries {
        return None;
    }
    match failure.error.retry_after_millis.map(Duration::from_millis) {
        Some(wait) if wait > LONGEST_REQUESTED_WAIT => None,
        Some(wait) => Some(wait),
        None => {
            let full = backoff
                .saturating_mul(2u32.saturating_pow(repetition))
                .min(LONGEST_BACKOFF);
            // Up to a quarter less, so that several clients do not come back at once.
            Some(full.mul_f64(1.0 - 0.25 * jitter()))
        }
    }
}

/// What the server asks to wait, in milliseconds: `retry-after-ms`, or `retry-after` as seconds or a date (RFC 9110,
/// 10.2.3). A date is read against the server's own `date`, so that a wrong clock here does no harm.
pub(super) fn requested_wait(headers: &HeaderMap, now: i64) -> Option<u64> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(millis) = text("retry-after-ms").and_then(|value| value.trim().parse::<f64>().ok())
    {
        return to_millis(millis);
    }
    let value = text(RETRY_AFTER.as_str())?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return to_millis(seconds * 1000.0);
    }
    let then = unix_millis(value)?;
    let reference = text(DATE.as_str())
        .and_then(unix_millis)
        .or_else(|| u64::try_from(now).ok().map(|now| now.saturating_mul(1000)))?;
    Some(then.saturating_sub(reference))
}

fn unix_millis(date: &str) -> Option<u64> {
    let since = httpdate::parse_http_date(date)
        .ok()?
        .duration_since(UNIX_EPOCH)
        .ok()?;
    u64::try_from(since.as_millis()).ok()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be finite and not negative; a cast saturates"
)]
pub(super) fn to_millis(millis: f64) -> Option<u64> {
    (millis.is_finite() && millis >= 0.0).then_some(millis as u64)
}

/// A number from 0 up to 1.
fn jitter() -> f64 {
    let random = uuid::Uuid::new_v4().as_u128() & 0xffff;
    f64::from(u16::try_from(random).unwrap_or(0)) / 65536.0
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    name.parse().expect("a header's name"),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    fn failure(kind: ModelErrorKind, retry_after_millis: Option<u64>) -> Failure {
        Failure::new(ModelError {
            kind,
            message: String::new(),
            hint: None,
            retry_after_millis,
        })
    }

    #[test]
    fn every_form_of_the_requested_wait_is_understood() {
        let wait = |pairs: &[_]| requested_wait(&headers(pairs), 1_445_412_400);
        assert_eq!(wait(&[]), None);
        assert_eq!(wait(&[("retry-after", "2")]), Some(2000));
        assert_eq!(wait(&[("retry-after", "0.5")]), Some(500));
        assert_eq!(
            wait(&[("retry-after-ms", "70"), ("retry-after", "9")]),
            Some(70)
        );
        let date = ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(
            wait(&[date, ("date", "Wed, 21 Oct 2015 07:27:57 GMT")]),
            Some(3000)
        );
        assert_eq!(wait(&[date]), Some(80_000));
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(wait(&[("retry-after", "-1")]), None);
    }

    #[test]
    fn only_what_passes_is_repeated_and_only_so_often() {
        let second = Duration::from_secs(1);
        for kind in [
            ModelErrorKind::Auth,
            ModelErrorKind::Quota,
            ModelErrorKind::BadRequest,
            ModelErrorKind::ContentBlocked,
            ModelErrorKind::ModelMissing,
            ModelErrorKind::ContextTooLong,
            ModelErrorKind::Protocol,
            ModelErrorKind::Timeout,
        ] {
            assert_eq!(pause(&failure(kind, Some(1)), 0, 2, second), None);
        }
        let overloaded = failure(ModelErrorKind::Overloaded, None);
        let (first, later) = (
            pause(&overloaded, 0, 9, second).expect("repeated"),
            pause(&overloaded, 8, 9, second).expect("repeated"),
        );
        assert!(first > second / 2 && first <= second);
        assert!(later > LONGEST_BACKOFF / 2 && later <= LONGEST_BACKOFF);
        assert_eq!(pause(&overloaded, 2, 2, second), None);
    }

    #[test]
    fn a_wait_that_is_too_long_is_not_waited_for() {
        let limited = |millis| failure(ModelErrorKind::RateLimited, Some(millis));
        assert_eq!(
            pause(&limited(30), 0, 2, Duration::ZERO),
            Some(Duration::from_millis(30))
        );
        assert_eq!(pause(&limited(60_001), 0, 2, Duration::ZERO), None);
    }
}
