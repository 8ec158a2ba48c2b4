//! What stands between a client and a server: TLS with a certificate of its own making, and a proxy.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A door that speaks TLS and leads to a server that does not. It closes when it is dropped.
pub struct TlsDoor {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// The certificate of the authority that vouches for it, in PEM form.
    pub authority: String,
    task: tokio::task::JoinHandle<()>,
}

impl TlsDoor {
    /// Opens a door to `server` (`http://127.0.0.1:PORT`) with a certificate for `names`.
    pub async fn open(server: &str, names: &[&str]) -> Self {
        let mut params = CertificateParams::new([]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = || KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(params, key()).expect("an authority");
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let own = key();
        let certificate = CertificateParams::new(names)
            .expect("good names")
            .signed_by(&own, &authority)
            .expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the usual versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.serialize_der())),
            )
            .expect("the key fits");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let server = address(server);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // A client that does not trust us ends the handshake.
                    if let Ok(mut inside) = acceptor.accept(stream).await {
                        let mut outside = TcpStream::connect(server).await.expect("it listens");
                        let _ = copy_bidirectional(&mut inside, &mut outside).await;
                    }
                });
            }
        });
        Self {
            port,
            authority: authority.pem(),
            task,
        }
    }
}

impl Drop for TlsDoor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A proxy that leads everybody to one place, whatever they ask for. It stops when it is dropped.
pub struct Proxy {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// A proxy that leads to `target`, a port on 127.0.0.1.
    pub async fn start(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let record = Arc::clone(&record);
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    let mut head = String::new();
                    while !head.ends_with("\r\n\r\n") {
                        if stream.read_line(&mut head).await.expect("text") == 0 {
                            return;
                        }
                    }
                    record.lock().expect("no panic").push(head);
                    let there = SocketAddr::from(([127, 0, 0, 1], target));
                    let mut there = TcpStream::connect(there).await.expect("it listens");
                    let answer = b"HTTP/1.1 200 Connection established\r\n\r\n";
                    stream.write_all(answer).await.expect("it reads");
                    let _ = copy_bidirectional(&mut stream, &mut there).await;
                });
            }
        });
        Self {
            address,
            asked,
            task,
        }
    }

    /// The heads of the requests to the proxy itself, so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn address(url: &str) -> SocketAddr {
    let address = url.trim_start_matches("http://");
    address.parse().expect("an address on this machine")
}
