//! Azure's addresses. The new ones are OpenAI's below `/openai/v1`; the classic ones name the deployment in the path and
//! a dated version in the query.

use reqwest::Url;

use crate::llm::address::{api_version, below, without_ending};

/// The last dated version that is generally available. Used where an address is classic and names none.
const LAST_DATED: &str = "2024-10-21";

/// The base address: `…/openai/v1`, or `…/openai?api-version=…` with or without a deployment.
pub(super) fn bases(address: &Url) -> Vec<Url> {
    let mut url = address.clone();
    let is_classic = api_version(&url).is_some() || deployment(&url).is_some();
    let path = url.path().trim_end_matches('/').to_owned();
    if is_classic {
        if api_version(&url).is_none() {
            url.query_pairs_mut().append_pair("api-version", LAST_DATED);
        }
        if !path.contains("/openai") {
            url.set_path(&format!("{path}/openai"));
        }
        return vec![without_ending(url, "/models")];
    }
    if path.ends_with("/v1") {
        return vec![url];
    }
    let versioned = if path.ends_with("/openai") {
        below(&url, &["v1"])
    } else {
        below(&url, &["openai", "v1"])
    };
    // Behind a gateway the address may be complete.
    if path.is_empty() {
        vec![versioned]
    } else {
        vec![versioned, url]
    }
}

/// The deployment that a classic address names.
pub(super) fn deployment(base: &Url) -> Option<String> {
    let mut segments = base
        .path_segments()?
        .skip_while(|segment| *segment != "deployments");
    segments.next()?;
    let name = segments.next().filter(|name| !name.is_empty())?;
    Some(name.to_owned())
}

pub(super) fn models_url(base: &Url) -> Url {
    match deployment(base) {
        Some(name) => below(
            &without_ending(base.clone(), &format!("/deployments/{name}")),
            &["models"],
        ),
        None => below(base, &["models"]),
    }
}

pub(super) fn completion_url(base: &Url, model: &str) -> Url {
    if deployment(base).is_some() || api_version(base).is_none() {
        below(base, &["chat", "completions"])
    } else {
        below(base, &["deployments", model, "chat", "completions"])
    }
}

#[cfg(test)]
mod tests {
    use crate::llm::address::parse_address;
    use crate::llm::wire::{Dialect, OpenAiChat, Wire};

    /// Where a person who wrote `address` is taken to: the completion, then the list of models.
    fn check(address: &str) -> [String; 2] {
        let wire = OpenAiChat(Dialect::Azure);
        let base = wire
            .bases(parse_address(address, None).expect("an address"))
            .remove(0);
        [
            wire.completion_url(&base, "gpt").to_string(),
            wire.models_url(&base).to_string(),
        ]
    }

    #[test]
    fn new_addresses_are_openais() {
        for address in [
            "https://r.openai.azure.com",
            "https://r.openai.azure.com/openai",
            "r.openai.azure.com/openai/v1/",
            "https://r.openai.azure.com/openai/v1/chat/completions",
        ] {
            assert_eq!(
                check(address),
                [
                    "https://r.openai.azure.com/openai/v1/chat/completions",
                    "https://r.openai.azure.com/openai/v1/models"
                ],
                "{address}"
            );
        }
    }

    #[test]
    fn classic_addresses_name_the_deployment_and_a_date() {
        for address in [
            "https://r.openai.azure.com/?api-version=2024-10-21",
            "https://r.openai.azure.com/openai?api-version=2024-10-21",
            "https://r.openai.azure.com/openai/deployments/gpt",
            "https://r.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
        ] {
            assert_eq!(
                check(address),
                [
                    "https://r.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
                    "https://r.openai.azure.com/openai/models?api-version=2024-10-21"
                ],
                "{address}"
            );
        }
        let wire = OpenAiChat(Dialect::Azure);
        let url = |url: &str| url.parse().expect("an address");
        assert_eq!(
            wire.model_in(&url("https://r/openai/deployments/gpt")),
            Some("gpt".to_owned())
        );
        assert_eq!(wire.model_in(&url("https://r/openai/v1")), None);
        assert_eq!(
            OpenAiChat(Dialect::Plain).model_in(&url("https://r/deployments/gpt")),
            None
        );
    }
}
