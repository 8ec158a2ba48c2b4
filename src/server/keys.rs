//! Keys of models' providers that a client hands over out of its own store: at the start, beside its settings, and later
//! by `salve/keysDidChange`. They stay in memory.

use std::collections::BTreeMap;

use serde_json::Value;

use super::protocol::KEYS_DID_CHANGE;
use crate::config::{Provider, Secret};

/// The keys that a client handed over.
pub type Keys = BTreeMap<Provider, Secret>;

/// Takes the keys out of what a client sent, so that they get no further; `None` if it says nothing of them. The list is
/// of what makes no sense, in words that quote nothing.
pub fn take(settings: &mut Value) -> (Option<Keys>, Vec<String>) {
    let Some(said) = settings
        .as_object_mut()
        .and_then(|members| members.remove("keys"))
    else {
        return (None, Vec::new());
    };
    match read(said) {
        Ok((keys, wrong)) => (Some(keys), wrong),
        Err(wrong) => (None, vec![format!("editor settings: `keys` {wrong}")]),
    }
}

/// The parameters of `salve/keysDidChange`, or what is wrong with them. All of them: what was handed over before no longer
/// counts.
pub fn changed(mut params: Value) -> Result<Keys, String> {
    let said = params.get_mut("keys").map(Value::take).unwrap_or_default();
    let (keys, wrong) = read(said).map_err(|wrong| format!("{KEYS_DID_CHANGE}: `keys` {wrong}"))?;
    match wrong.into_iter().next() {
        None => Ok(keys),
        Some(wrong) => Err(format!("{KEYS_DID_CHANGE}: {wrong}")),
    }
}

fn read(said: Value) -> Result<(Keys, Vec<String>), String> {
    let Value::Object(members) = said else {
        return Err("must be an object such as { \"openai\": \"…\" }; it was ignored".to_owned());
    };
    let mut keys = Keys::new();
    let mut wrong = Vec::new();
    for (name, key) in members {
        let provider = Provider::ALL
            .into_iter()
            .find(|provider| provider.as_str() == name);
        match (provider, key) {
            (Some(provider), Value::String(key)) if !key.trim().is_empty() => {
                keys.insert(provider, Secret::new(&key));
            }
            (Some(_), Value::Null | Value::String(_)) => {}
            (Some(_), _) => wrong.push(format!("the key of `{name}` is not text; it was ignored")),
            // The name may be the key itself, so it is not repeated.
            (None, _) => wrong.push("a key of a provider that is not known was ignored".to_owned()),
        }
    }
    Ok((keys, wrong))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_taken_out_of_the_settings() {
        let mut settings = json!({ "model": { "provider": "openai" }, "keys": { "openai": " sk-hush\n", "gemini": null } });
        let (keys, wrong) = take(&mut settings);
        assert_eq!(
            keys,
            Some(Keys::from([(Provider::Openai, Secret::new("sk-hush"))]))
        );
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(settings, json!({ "model": { "provider": "openai" } }));
        assert_eq!(take(&mut settings), (None, Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_told_without_a_key() {
        for said in [
            json!("sk-hush"),
            json!({ "openai": ["sk-hush"] }),
            json!({ "sk-hush": "openai" }),
        ] {
            let mut settings = json!({ "keys": said });
            let (keys, wrong) = take(&mut settings);
            assert!(keys.unwrap_or_default().is_empty());
            assert_eq!(wrong.len(), 1);
            assert!(!wrong.concat().contains("hush"), "{wrong:?}");
            let error = changed(json!({ "keys": said })).expect_err("refused");
            assert!(!error.contains("hush"), "{error}");
        }
        assert!(changed(json!({})).is_err());
    }
}
