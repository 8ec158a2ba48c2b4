//! Which of the models that a server lists is asked.

use super::catalog::Provider;
use super::failure::Explain;
use super::wire::Listed;
use crate::engine::ports::{ModelError, ModelErrorKind};

/// Most names of other models in a message.
const MOST_NAMES: usize = 5;

/// The model that is asked: the one that is `wanted`, or the first that can chat if that is empty.
///
/// # Errors
/// [`ModelErrorKind::ModelMissing`] with what is there instead.
pub(super) fn choose(
    explain: &Explain,
    wanted: &str,
    listed: &[Listed],
) -> Result<String, ModelError> {
    let Provider {
        wire, model_hint, ..
    } = explain.provider;
    let chosen = if !wire.lists_what_it_serves() {
        (!wanted.is_empty()).then_some(wanted)
    } else if wanted.is_empty() {
        let mut chatting = listed.iter().filter(|model| model.chats);
        chatting.next().map(|model| model.name.as_str())
    } else {
        let mut names = listed.iter().map(|model| model.name.as_str());
        names.find(|name| wire.is_named(name, wanted))
    };
    chosen.map(str::to_owned).ok_or_else(|| {
        let url = &explain.url;
        let others: Vec<_> = listed
            .iter()
            .filter(|model| model.chats)
            .map(|model| model.name.as_str())
            .collect();
        let message = if !wire.lists_what_it_serves() {
            format!("{url}: no model is chosen")
        } else if wanted.is_empty() {
            format!("{url}: there is no model that can chat")
        } else if others.is_empty() {
            format!("{url}: there is no model '{wanted}' (there are: none)")
        } else {
            let more = if others.len() > MOST_NAMES {
                ", …"
            } else {
                ""
            };
            let others: Vec<_> = others.into_iter().take(MOST_NAMES).collect();
            format!(
                "{url}: there is no model '{wanted}' (there are: {}{more})",
                others.join(", ")
            )
        };
        explain.error(ModelErrorKind::ModelMissing, message, *model_hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use crate::llm::catalog;

    fn check(provider: &str, wanted: &str, listed: &[&str]) -> Result<String, String> {
        let explain = Explain {
            provider: catalog::find(provider).expect("a row"),
            url: "http://h".to_owned(),
            key: Secret::new(""),
        };
        let listed: Vec<_> = listed
            .iter()
            .map(|name| Listed {
                name: (*name).to_owned(),
                chats: !name.contains("embed"),
            })
            .collect();
        choose(&explain, wanted, &listed).map_err(|error| error.message)
    }

    #[test]
    fn the_wanted_one_or_the_first_that_chats() {
        for (provider, wanted, chosen) in [
            ("custom", "", "coder:latest"),
            ("custom", "embed", "embed"),
            ("ollama", "coder", "coder:latest"),
            ("gemini", "models/other", "other"),
            ("azure", "mine", "mine"),
        ] {
            let listed = ["embed", "coder:latest", "other"];
            assert_eq!(check(provider, wanted, &listed).as_deref(), Ok(chosen));
        }
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is() {
        let error = |provider, wanted, listed: &[&str]| {
            check(provider, wanted, listed).expect_err("it is not there")
        };
        assert_eq!(
            error("custom", "x", &["a", "embed", "b", "c", "d", "e", "f"]),
            "http://h: there is no model 'x' (there are: a, b, c, d, e, …)"
        );
        assert_eq!(
            error("custom", "x", &[]),
            "http://h: there is no model 'x' (there are: none)"
        );
        assert_eq!(
            error("custom", "", &["embed"]),
            "http://h: there is no model that can chat"
        );
        assert_eq!(error("azure", "", &["gpt"]), "http://h: no model is chosen");
    }
}
