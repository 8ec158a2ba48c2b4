//! What LM Studio tells beyond OpenAI's protocol: which models are in memory.

use reqwest::Url;
use serde_json::Value;

use super::super::{Residence, Resident};
use crate::llm::address::below;

/// The list of today, and the one of before 0.4.
pub(super) fn residence_urls(root: &Url) -> Vec<Url> {
    ["v1", "v0"]
        .iter()
        .map(|version| below(root, &["api", version, "models"]))
        .collect()
}

/// Reads either list; `None` for anything else: LM Studio answers 200 to paths that it does not know.
pub(super) fn residence(body: &Value) -> Option<Residence> {
    let list = |name: &str| body.get(name).and_then(Value::as_array);
    if let Some(models) = list("models") {
        let instances = models.iter().flat_map(|model| {
            let key = model.get("key").and_then(Value::as_str);
            let instances = model.get("loaded_instances").and_then(Value::as_array);
            instances
                .into_iter()
                .flatten()
                .map(move |instance| (key, instance))
        });
        let residents = instances.map(|(key, instance)| Resident {
            names: [key, instance.get("id").and_then(Value::as_str)]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect(),
            context: instance
                .pointer("/config/context_length")
                .and_then(Value::as_u64),
            loading: false,
        });
        return Some(Residence::Models(residents.collect()));
    }
    let residents = list("data")?.iter().filter_map(|model| {
        let state = model.get("state")?.as_str()?;
        (state != "not-loaded").then_some(())?;
        Some(Resident {
            names: vec![model.get("id")?.as_str()?.to_owned()],
            context: model.get("loaded_context_length").and_then(Value::as_u64),
            loading: state == "loading",
        })
    });
    Some(Residence::Models(residents.collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Dialect, OpenAiChat};
    use super::*;

    #[test]
    fn what_is_loaded_is_read_from_both_lists() {
        let new = json!({ "models": [
            { "key": "a/coder", "loaded_instances": [{ "id": "coder:2", "config": { "context_length": 4096 } }] },
            { "key": "b/cold", "loaded_instances": [] },
        ] });
        let old = json!({ "data": [
            { "id": "coder:2", "state": "loaded", "loaded_context_length": 4096 },
            { "id": "warming", "state": "loading" },
            { "id": "cold", "state": "not-loaded" },
        ] });
        let wire = OpenAiChat(Dialect::LmStudio);
        for body in [new, old] {
            let residence = residence(&body).expect("a list");
            let coder = residence.find(&wire, "coder:2").expect("it is loaded");
            assert_eq!(coder.context, Some(4096));
            assert!(!coder.loading);
            assert_eq!(residence.find(&wire, "cold"), None);
            assert_eq!(residence.find(&wire, "b/cold"), None);
            if let Some(warming) = residence.find(&wire, "warming") {
                assert!(warming.loading);
            }
        }
    }

    #[test]
    fn its_answer_to_an_unknown_path_says_nothing() {
        let lost = json!({ "error": "Unexpected endpoint or method. (GET /api/v1/models)" });
        assert_eq!(residence(&lost), None);
    }
}
