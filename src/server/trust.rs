//! What the client says of trust: at the start, among its settings, and later by `salve/trustDidChange`.

use serde_json::Value;

use super::keys::{self, Keys};
use super::protocol::{TRUST_DID_CHANGE, TrustParams};
use crate::config::ClientTrust;

/// Settings as a client sends them, at the top or under our name, without its word on trust and without keys.
pub struct ClientSettings {
    /// The settings; `Null` if there are none.
    pub settings: Value,
    /// What it says of trust.
    pub trust: ClientTrust,
    /// The keys that it hands over; `None` if it says nothing of them.
    pub keys: Option<Keys>,
    /// What of that makes no sense, for the person.
    pub wrong: Vec<String>,
}

impl ClientSettings {
    /// Takes apart what a client sent.
    pub fn of(mut settings: Value) -> Self {
        // Some clients send the whole of their settings, ours among them under our name.
        if let Some(ours) = settings.get_mut("salve") {
            settings = ours.take();
        }
        let (keys, mut wrong) = keys::take(&mut settings);
        let mut take = |name: &str| match settings.as_object_mut()?.remove(name)? {
            Value::Bool(yes) => Some(yes),
            Value::Null => None,
            other => {
                wrong.push(format!(
                    "editor settings: `{name}` is {other}, but must be `true` or `false`; it was ignored"
                ));
                None
            }
        };
        let trust = ClientTrust {
            trusted: take("trusted"),
            run: take("run"),
        };
        Self {
            settings,
            trust,
            keys,
            wrong,
        }
    }
}

/// The parameters of `salve/trustDidChange`, or what is wrong with them.
pub fn changed(params: Value) -> Result<ClientTrust, String> {
    let params: TrustParams = serde_json::from_value(params).map_err(|error| {
        format!(
            "{TRUST_DID_CHANGE}: {error}; nothing was changed; send an object such as {{ \"trusted\": true }}"
        )
    })?;
    Ok(ClientTrust {
        trusted: Some(params.trusted),
        run: params.run,
    })
}
