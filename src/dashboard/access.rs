//! Who may speak to the dashboard: nobody but a browser of the person who started it, and only on purpose.
//!
//! Any web page can send requests to loopback, and a name of its own can be made to point there. So every request has to
//! name this very server ([`Host`](https://www.rfc-editor.org/rfc/rfc9110#section-7.2)), must not come from a page of
//! another origin, and carries a token that only who started the server knows. What changes anything is a `POST` of JSON
//! with a header that no form can set.

use std::net::SocketAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

/// What a browser sends with whatever changes something.
pub const HEADER: &str = "x-salve";

/// Name of the cookie that holds the token, without the port: cookies are shared by all ports of a host.
const COOKIE: &str = "salve";

/// The secret of one start of the server: 244 random bits, in hexadecimal.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// One that nobody has seen.
    pub fn new() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string() + &uuid::Uuid::new_v4().simple().to_string())
    }

    /// For the address that is opened, and for whoever calls the interface.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the token, in a time that does not tell how much of it is right.
    pub fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// The cookie that carries it to the server at `address`.
    pub fn cookie(&self, address: SocketAddr) -> String {
        format!(
            "{COOKIE}-{}={}; Path=/; HttpOnly; SameSite=Strict",
            address.port(),
            self.0
        )
    }
}

/// Decides about requests to the server at this address.
#[derive(Clone)]
pub struct Access {
    /// Where the server listens.
    pub address: SocketAddr,
    /// What its visitors know.
    pub token: Token,
}

impl Access {
    /// Lets a request through, or says why not; and forbids browsers whatever the pages do not need.
    pub async fn guard(self, request: Request, next: Next) -> Response {
        let mut response = match self.verdict(&request) {
            Ok(()) => next.run(request).await,
            Err(refused) => refused.into_response(),
        };
        let headers = response.headers_mut();
        for (name, value) in [
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                 form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
            ),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (
                header::HeaderName::from_static("cross-origin-resource-policy"),
                "same-origin",
            ),
        ] {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(header::HeaderValue::from_static("no-store"));
        response
    }

    fn verdict(&self, request: &Request) -> Result<(), Refused> {
        let headers = request.headers();
        if !self.names_us(text(headers, header::HOST)) {
            return Err(Refused::Host);
        }
        let origin = text(headers, header::ORIGIN);
        let is_own = origin.is_none_or(|origin| self.names_us(origin.strip_prefix("http://")));
        let is_foreign = text(headers, header::HeaderName::from_static("sec-fetch-site"))
            .is_some_and(|site| site != "same-origin" && site != "none");
        if !is_own || is_foreign {
            return Err(Refused::Origin);
        }
        if request.method() != Method::GET && request.method() != Method::HEAD {
            let is_json = text(headers, header::CONTENT_TYPE)
                .is_some_and(|kind| kind.split(';').next() == Some("application/json"));
            if !is_json || headers.get(HEADER).is_none() {
                return Err(Refused::Form);
            }
        }
        let path = request.uri().path();
        if is_public(path) || self.is_known(headers) {
            Ok(())
        } else if path == "/" {
            Err(Refused::Stranger)
        } else {
            Err(Refused::Token)
        }
    }

    /// Whether `host` is this server, by one of the names that loopback has.
    fn names_us(&self, host: Option<&str>) -> bool {
        let port = self.address.port();
        ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|name| host == Some(&format!("{name}:{port}")))
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let own = format!("{COOKIE}-{}", self.address.port());
        let cookie = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(name, value)| name == own && self.token.is(value));
        let bearer = text(headers, header::AUTHORIZATION)
            .and_then(|value| value.strip_prefix("Bearer "))
            .is_some_and(|token| self.token.is(token));
        cookie || bearer
    }
}

/// What is the same for everybody, and the way in.
fn is_public(path: &str) -> bool {
    path.starts_with("/assets/") || path == "/api/session" || path == "/api/health"
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy)]
enum Refused {
    /// It was meant for another server.
    Host,
    /// A page of another server sent it.
    Origin,
    /// It would change something, and a form could have sent it.
    Form,
    /// It lacks the token.
    Token,
    /// It lacks the token, and a person may look at the answer: one of every browser's first visit, so no error.
    Stranger,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, why) = match self {
            Self::Host => (
                StatusCode::MISDIRECTED_REQUEST,
                "this is not the server that was asked for",
            ),
            Self::Origin => (StatusCode::FORBIDDEN, "asked by another site"),
            Self::Form => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "changes are sent as application/json, with the header x-salve",
            ),
            Self::Token => (
                StatusCode::UNAUTHORIZED,
                "the token is missing or wrong: open the address that `salve dashboard` prints",
            ),
            Self::Stranger => return super::pages::door().into_response(),
        };
        (status, format!("{why}\n")).into_response()
    }
}
