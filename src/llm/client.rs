//! How connections are made: proxies, certificates, both addresses of this machine.
#![expect(
    clippy::disallowed_methods,
    reason = "the file of certificates is read here, once, before anything is sent"
)]

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Once;

use reqwest::{Certificate, Client, NoProxy, Proxy, Url};

use super::address::is_near;
use super::failure::Explain;
use super::obstacle::cause;
use super::settings::{ModelSettings, Timeouts};
use crate::engine::ports::{ModelError, ModelErrorKind};

/// A client for the addresses of `base`. Nothing is sent yet.
///
/// The proxy is the one of the settings, or else the one of the environment, except for what `NO_PROXY` names. This
/// machine is never reached through a proxy.
pub(super) fn client(
    explain: &Explain,
    base: &Url,
    timeouts: Timeouts,
    settings: &ModelSettings,
) -> Result<Client, ModelError> {
    install_cryptography();
    let unusable =
        |what: String, hint: &str| explain.error(ModelErrorKind::Configuration, what, hint);
    if explain.provider.is_service && base.scheme() == "http" && !is_near(base) {
        return Err(unusable(
            format!(
                "{}: the key and the code would travel in the clear",
                explain.url
            ),
            "write https:// in {url}",
        ));
    }
    let mut builder = Client::builder()
        .user_agent(concat!("salve/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        // A redirect would carry the key and the code to an address that nobody configured.
        .redirect(reqwest::redirect::Policy::none())
        // The port is that of the address.
        .resolve_to_addrs(
            "localhost",
            &[
                SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
            ],
        );
    // What is near is not reached through a proxy, which would carry the code out of the house.
    if is_near(base) {
        builder = builder.no_proxy();
    } else if let Some(address) = settings.proxy.as_deref() {
        // The address may hold a password, so it is not repeated.
        let proxy = Proxy::all(address).map_err(|_| {
            unusable(
                "the proxy's address cannot be used".to_owned(),
                "set `network.proxy` to something like http://proxy.example.org:3128",
            )
        })?;
        builder = builder.proxy(proxy.no_proxy(NoProxy::from_env()));
    }
    if let Some(file) = &settings.ca_file {
        let certificates = certificates(file).map_err(|what| {
            unusable(
                format!("{}: {what}", file.display()),
                "set `network.caFile` to a file of certificates in PEM form (-----BEGIN CERTIFICATE-----)",
            )
        })?;
        builder = builder.tls_certs_merge(certificates);
    }
    builder.build().map_err(|error| {
        unusable(
            format!(
                "{}: no client can be set up ({})",
                explain.url,
                cause(&error)
            ),
            "check the proxy variables of the environment and the system's certificates",
        )
    })
}

/// The certificates in a file; the error says what is wrong with it.
fn certificates(file: &Path) -> Result<Vec<Certificate>, String> {
    let pem = std::fs::read(file).map_err(|error| format!("cannot be read ({error})"))?;
    let certificates = Certificate::from_pem_bundle(&pem)
        .map_err(|error| format!("holds a certificate that is damaged ({})", cause(&error)))?;
    if certificates.is_empty() {
        return Err("holds no certificate".to_owned());
    }
    Ok(certificates)
}

/// Chooses ring for TLS, once in this process. Another choice that was made before is as good.
fn install_cryptography() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        drop(rustls::crypto::ring::default_provider().install_default());
    });
}
