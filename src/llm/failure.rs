//! What a failure means, in words that say what to do next.

use super::address::{is_near, parse_address};
use super::catalog::Provider;
use super::obstacle::Obstacle;
use super::retry::Failure;
use super::wire::Complaint;
use crate::config::Secret;
use crate::engine::ports::{ModelError, ModelErrorKind as Kind};

/// Longest part of a server's own words that is repeated, in characters.
const LONGEST_QUOTE: usize = 300;

/// What messages mention: whom we asked, and what must not be repeated.
#[derive(Clone)]
pub(super) struct Explain {
    pub provider: &'static Provider,
    /// The address as the person knows it, without a key.
    pub url: String,
    pub key: Secret,
}

/// A response that is not an answer.
pub(super) struct Refusal<'body> {
    /// The HTTP status.
    pub status: u16,
    /// What the wire made of the body.
    pub complaint: Option<Complaint>,
    /// The body's beginning.
    pub body: &'body str,
    /// What the server asks to wait, in milliseconds.
    pub wait: Option<u64>,
    /// The server's word on whether to repeat (`x-should-retry`), where it has one.
    pub repeat: Option<bool>,
    /// The model that was asked; empty for a check.
    pub model: &'body str,
}

impl Explain {
    pub fn error(&self, kind: Kind, message: String, hint: impl Into<String>) -> ModelError {
        let mut hint: String = hint.into();
        for setting in ["url", "model"] {
            let name = format!("`providers.{}.{setting}`", self.provider.name);
            hint = hint.replace(&format!("{{{setting}}}"), &name);
        }
        ModelError {
            kind,
            message: self.key.redacted_from(&message),
            hint: Some(hint),
            retry_after_millis: None,
        }
    }

    pub fn not_connected(&self, obstacle: Obstacle, cause: &str) -> ModelError {
        let Provider {
            title, start_hint, ..
        } = self.provider;
        let (what, hint) = match obstacle {
            Obstacle::Port => (format!("{title} does not answer ({cause})"), *start_hint),
            Obstacle::Name => (
                format!("this address is not known ({cause})"),
                "check {url}, and the network",
            ),
            Obstacle::Tls => (
                format!("no secure connection (TLS: {cause})"),
                "if the server's certificate is signed by an authority of your own, set `network.caFile` to its certificate; if the server speaks plain HTTP, write http:// in {url}",
            ),
            Obstacle::Proxy => (
                format!("the proxy lets nothing through ({cause})"),
                "check `network.proxy`, or the variables HTTPS_PROXY and NO_PROXY",
            ),
        };
        self.error(Kind::Unreachable, format!("{}: {what}", self.url), hint)
    }

    pub fn loading(&self, model: &str) -> ModelError {
        let (what, hint) = self.words(Kind::Loading, 0, model);
        self.error(Kind::Loading, format!("{}: {what}", self.url), hint)
    }

    pub fn broken_off(&self, cause: &str) -> ModelError {
        self.error(
            Kind::Unreachable,
            format!("{}: the connection broke in the middle ({cause})", self.url),
            "ask again; if it happens again, look at the server's log",
        )
    }

    pub fn timed_out(&self, what: &str, limit: std::time::Duration) -> ModelError {
        let is_near = parse_address(&self.url, None).is_some_and(|url| is_near(&url));
        let hint = if is_near {
            "the model may still be loading, or be too large for this machine: ask again, or choose a smaller one"
        } else {
            "ask again; if it happens again, choose a faster model, or look at the provider's status page"
        };
        self.error(
            Kind::Timeout,
            format!("{}: {what} within {} s", self.url, limit.as_secs_f32()),
            hint,
        )
    }

    pub fn malformed(&self, what: &str) -> ModelError {
        self.error(
            Kind::Protocol,
            format!("{}: {what}", self.url),
            self.provider.address_hint,
        )
    }

    /// What a status and a body mean. The body's own word counts where there is one: some servers complain under 200.
    pub fn refusal(&self, refusal: &Refusal<'_>, optional: &[&'static str]) -> Failure {
        let complaint = refusal.complaint.clone().unwrap_or_default();
        let says = if refusal.complaint.is_some() {
            complaint.message.as_str()
        } else {
            refusal.body.trim()
        };
        let says = quote(&self.key.redacted_from(says));
        let status = match complaint.status {
            Some(repeated) if refusal.status < 300 && repeated >= 300 => repeated,
            _ => refusal.status,
        };
        let asked_to_wait = refusal.wait.or(complaint.wait).is_some();
        let kind = kind_of(
            status,
            &complaint,
            says.to_lowercase().as_str(),
            asked_to_wait,
        );
        let (what, hint) = self.words(kind, status, refusal.model);
        let message = if says.is_empty() {
            format!("{}: {what} (HTTP {status})", self.url)
        } else {
            format!("{}: {what} (HTTP {status}: {says})", self.url)
        };
        let mut failure = Failure::new(ModelError {
            retry_after_millis: refusal.wait.or(complaint.wait),
            ..self.error(kind, message, hint)
        });
        // 408 asks to come again; our own time limits do not.
        failure.passing |= kind == Kind::Timeout;
        if let Some(repeat) = refusal.repeat {
            failure.passing = repeat && kind != Kind::Quota;
        }
        if kind == Kind::BadRequest {
            failure.lesson = named_parameter(&complaint, optional);
        }
        failure
    }

    fn words(&self, kind: Kind, status: u16, model: &str) -> (String, String) {
        let model = if model.is_empty() {
            "the model".to_owned()
        } else {
            format!("model '{model}'")
        };
        let (what, hint) = match kind {
            Kind::Auth => ("the key was refused".to_owned(), self.provider.key_hint),
            Kind::ModelMissing => (
                format!("{model} is not there, or could not be loaded"),
                self.provider.model_hint,
            ),
            Kind::Loading => (
                format!("{model} is being loaded"),
                "wait until it is loaded",
            ),
            Kind::RateLimited => (
                "too many requests".to_owned(),
                "wait a little and ask again",
            ),
            Kind::Quota | Kind::BudgetSpent => (
                "the account has no credit left".to_owned(),
                "add credit at the provider, or choose another provider",
            ),
            Kind::ContextTooLong => (
                format!("the prompt does not fit {model}"),
                "load the model with a longer context, or heal a smaller function",
            ),
            Kind::ContentBlocked => (
                "the provider blocked the content".to_owned(),
                "choose another model for this code",
            ),
            Kind::Configuration => (
                "this address is not the one that answers questions".to_owned(),
                self.provider.address_hint,
            ),
            Kind::Timeout => ("the server gave up waiting".to_owned(), "ask again"),
            Kind::BadRequest => (
                format!("{model} refused the request"),
                "choose another model, or look at the server's log",
            ),
            Kind::Protocol => (
                "the server reports a failure".to_owned(),
                "look at the server's log",
            ),
            Kind::Unreachable | Kind::Overloaded if matches!(status, 503 | 529) => (
                "the server is busy".to_owned(),
                "wait a little and ask again",
            ),
            Kind::Unreachable | Kind::Overloaded => (
                "the server failed".to_owned(),
                "ask again; if it happens again, look at the server's log",
            ),
        };
        (what, hint.to_owned())
    }
}

fn kind_of(status: u16, complaint: &Complaint, says: &str, asked_to_wait: bool) -> Kind {
    let named = |words: &[&str]| words.iter().any(|word| complaint.names.contains(word));
    let said = |words: &[&str]| words.iter().any(|word| says.contains(word));
    let spent: &[&str] = match status {
        // Anthropic's words; those of a bad request in general may repeat what was asked.
        400 => &["credit balance is too low"],
        429 if !asked_to_wait => &["quota", "billing", "spend limit", "credit balance"],
        _ => &[],
    };
    // A limit that passes says when; one that money ends says so in its names, or else in words.
    if named(&["quota", "billing", "spend_limit"]) || said(spent) {
        return Kind::Quota;
    }
    if named(&["content_filter", "content_policy", "responsibleai"]) {
        return Kind::ContentBlocked;
    }
    // Gemini says 400 to a wrong key.
    if named(&["api_key_invalid"]) {
        return Kind::Auth;
    }
    if named(&["context_length", "exceed_context"])
        || status < 500
            && said(&["context"])
            && said(&["length", "window", "context size", "overflow"])
        || status == 400 && said(&["prompt is too long", "token count"])
    {
        return Kind::ContextTooLong;
    }
    if named(&["model_not_found", "deploymentnotfound"])
        || said(&[
            "no models loaded",
            "failed to load model",
            "requires more system memory",
        ])
        || status == 404 && said(&["model"])
    {
        return Kind::ModelMissing;
    }
    if status == 503 && said(&["loading model"]) {
        return Kind::Loading;
    }
    if said(&["unexpected endpoint"]) {
        return Kind::Configuration;
    }
    match status {
        401 | 403 => Kind::Auth,
        402 => Kind::Quota,
        300..=399 | 404 | 405 => Kind::Configuration,
        408 => Kind::Timeout,
        409 => Kind::Overloaded,
        413 => Kind::ContextTooLong,
        429 => Kind::RateLimited,
        400..=499 => Kind::BadRequest,
        500.. => Kind::Overloaded,
        // A complaint in the middle of an answer, or under 200: only its names tell.
        _ if named(&["rate_limit"]) => Kind::RateLimited,
        _ if named(&["authentication", "invalid_api_key", "permission"]) => Kind::Auth,
        _ if named(&["timeout"]) => Kind::Timeout,
        _ if named(&["server_error", "api_error", "overloaded", "unavailable"]) => Kind::Overloaded,
        _ if named(&["invalid_request"]) => Kind::BadRequest,
        // Ollama's words when the process dies that runs the model.
        _ if said(&["running the model", "model runner"]) => Kind::Overloaded,
        _ => Kind::Protocol,
    }
}

/// The optional parameter that a complaint is about: the one it names, or else the first that its text mentions.
fn named_parameter(complaint: &Complaint, optional: &[&'static str]) -> Option<&'static str> {
    // Its value is wrong, and not that it is there.
    if ["too large", "too small", "at most", "at least"]
        .iter()
        .any(|words| complaint.message.contains(words))
    {
        return None;
    }
    let named = complaint.parameter.as_deref().and_then(|parameter| {
        let head = parameter.split('.').next()?;
        optional.iter().find(|name| **name == head)
    });
    named
        .or_else(|| {
            optional
                .iter()
                .filter_map(|name| Some((complaint.message.find(name)?, name)))
                .min()
                .map(|(_, name)| name)
        })
        .copied()
}

/// The beginning of a server's words, on one line.
fn quote(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::catalog;

    fn check(status: u16, names: &str, message: &str) -> Failure {
        let explain = Explain {
            provider: catalog::find("lmstudio").expect("a row"),
            url: "http://h/v1".to_owned(),
            key: Secret::new("sk-hush"),
        };
        explain.refusal(
            &Refusal {
                status,
                complaint: Some(Complaint {
                    message: message.to_owned(),
                    names: names.to_owned(),
                    ..Complaint::default()
                }),
                body: "",
                wait: None,
                repeat: None,
                model: "m",
            },
            &["max_tokens", "max_completion_tokens", "temperature"],
        )
    }

    #[test]
    fn each_complaint_gets_its_kind() {
        for (status, names, message, kind) in [
            (401, "invalid_api_key", "no", Kind::Auth),
            (403, "", "no", Kind::Auth),
            (404, "model_not_found", "no", Kind::ModelMissing),
            (
                400,
                "invalid_request_error model_not_found",
                "No models loaded. Please",
                Kind::ModelMissing,
            ),
            (400, "", "Failed to load model \"x\"", Kind::ModelMissing),
            (404, "", "Not Found", Kind::Configuration),
            (
                200,
                "",
                "Unexpected endpoint or method. (GET /x)",
                Kind::Configuration,
            ),
            (429, "rate_limit_exceeded", "slow", Kind::RateLimited),
            (429, "insufficient_quota", "pay", Kind::Quota),
            (429, "429", "You exceeded your current quota", Kind::Quota),
            (
                400,
                "invalid_request_error",
                "Your credit balance is too low to access the API",
                Kind::Quota,
            ),
            (
                400,
                "",
                "cannot parse: def billing(quota)",
                Kind::BadRequest,
            ),
            (
                500,
                "",
                "model requires more system memory",
                Kind::ModelMissing,
            ),
            (529, "overloaded_error", "Overloaded", Kind::Overloaded),
            (200, "timeout_error", "late", Kind::Timeout),
            (
                200,
                "",
                "an error was encountered while running the model",
                Kind::Overloaded,
            ),
            (
                400,
                "invalid_request_error context_length_exceeded",
                "max_tokens",
                Kind::ContextTooLong,
            ),
            (
                400,
                "exceed_context_size_error",
                "the request exceeds the available context size",
                Kind::ContextTooLong,
            ),
            (400, "content_filter", "no", Kind::ContentBlocked),
            (503, "unavailable_error", "Loading model", Kind::Loading),
            (503, "unavailable_error", "busy", Kind::Overloaded),
            (200, "server_error", "died", Kind::Overloaded),
            (200, "", "died", Kind::Protocol),
            (422, "", "no", Kind::BadRequest),
        ] {
            assert_eq!(
                check(status, names, message).error.kind,
                kind,
                "{status} {names} {message}"
            );
        }
    }

    #[test]
    fn the_parameter_is_the_one_that_is_refused_not_the_one_that_is_recommended() {
        let failure = check(
            400,
            "unsupported_parameter",
            "'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
        );
        assert_eq!(failure.lesson, Some("max_tokens"));
        assert_eq!(check(400, "", "no").lesson, None);
    }

    #[test]
    fn a_servers_words_are_cut_and_never_hold_the_key() {
        let failure = check(401, "", &format!("bad key sk-hush {}", "x".repeat(9999)));
        assert!(failure.error.message.len() < 500);
        assert!(!failure.error.message.contains("sk-hush"));
    }
}
