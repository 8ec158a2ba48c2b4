//! Where on the way to a server a request got stuck.

use std::error::Error;

/// Where on the way to a server a request got stuck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// Nobody knows the name of the host.
    Name,
    /// Nobody listens at the address, or it cannot be reached.
    Port,
    /// The server cannot prove who it is, or speaks no TLS.
    Tls,
    /// The proxy lets nothing through.
    Proxy,
}

/// Where a request got stuck that was not sent.
pub(super) fn obstacle(error: &reqwest::Error) -> Obstacle {
    for cause in chain(error) {
        if is_about_tls(cause) {
            return Obstacle::Tls;
        }
        // These have no types that can be named.
        let text = cause.to_string();
        if text.starts_with("dns error") {
            return Obstacle::Name;
        }
        if text.starts_with("tunnel error") {
            return Obstacle::Proxy;
        }
    }
    Obstacle::Port
}

/// Whether an error is one of TLS, which comes wrapped in others that do not count it among their sources.
fn is_about_tls(error: &(dyn Error + 'static)) -> bool {
    error.is::<rustls::Error>()
        || error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .is_some_and(|inside| is_about_tls(inside))
}

/// The innermost cause of an error: the outer ones repeat the address, which may hold a password.
pub(super) fn cause(error: &reqwest::Error) -> String {
    chain(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}

fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let outermost: &(dyn Error + 'static) = error;
    std::iter::successors(Some(outermost), |error: &&(dyn Error + 'static)| {
        let error: &(dyn Error + 'static) = *error;
        error.source()
    })
}
