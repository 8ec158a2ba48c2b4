//! The platform's own store of secrets.

use std::sync::mpsc;
use std::time::Duration;

use keyring::{Entry, Error};

use super::KeyError;
use crate::config::{Provider, Secret};

/// The name under which the store shows our keys.
const SERVICE: &str = "salve";

/// How long the store may take: it may be waiting for the person to unlock it.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn get(provider: Provider) -> Result<Secret, KeyError> {
    let key = ask(provider, |entry| entry.get_password())?;
    Ok(Secret::new(&key))
}

/// Keeps a key; false where there is no store.
pub(super) fn set(provider: Provider, key: &Secret) -> Result<bool, KeyError> {
    if Entry::store_status().is_err() {
        return Ok(false);
    }
    let key = key.clone();
    ask(provider, move |entry| entry.set_password(key.reveal()))?;
    Ok(true)
}

pub(super) fn delete(provider: Provider) -> Result<(), KeyError> {
    ask(provider, |entry| match entry.delete_credential() {
        Err(Error::NoEntry) => Ok(()),
        outcome => outcome,
    })
}

/// Asks on a thread of its own, because the store cannot be given a time limit.
fn ask<T: Send + 'static>(
    provider: Provider,
    question: impl FnOnce(&Entry) -> keyring::Result<T> + Send + 'static,
) -> Result<T, KeyError> {
    let (reply, answer) = mpsc::channel();
    let asked = std::thread::Builder::new()
        .name("salve-keys".to_owned())
        .spawn(move || {
            let outcome = Entry::new(SERVICE, provider.as_str()).and_then(|entry| question(&entry));
            // Whoever asked may have given up.
            let _ = reply.send(outcome.map_err(|error| words(&error)));
        });
    let outcome = match asked {
        Ok(_) => answer
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| Err("it did not answer in time".to_owned())),
        Err(error) => Err(error.to_string()),
    };
    outcome.map_err(|why| KeyError {
        message: format!("the platform's store cannot be used for the key of {provider}: {why}"),
        hint: format!(
            "unlock it, or keep the key anew: `salve model key set {provider}`, with `--file` to do without the store"
        ),
    })
}

/// The store's complaint. Its own words may quote what is stored, so only the kinds that cannot are repeated.
fn words(error: &Error) -> String {
    match error {
        Error::NoEntry => "it is not there any more",
        Error::NoStorageAccess(_) => "it is locked",
        Error::NoDefaultStore => "there is no such store on this machine",
        Error::Ambiguous(_) => "it is there more than once",
        _ => "it failed",
    }
    .to_owned()
}
