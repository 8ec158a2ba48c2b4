//! `POST /chat/completions` and `GET /models` as OpenAI defined them, and as Azure, LM Studio, llama.cpp, vLLM and many
//! others speak them.

mod azure;
mod lmstudio;

use std::cmp::Reverse;

use reqwest::Url;
use serde_json::{Map, Value, json};

use super::{Answer, Finish, Framing, Lessons, Listed, Residence, Wire, limit, sounds_like_chat};
use crate::engine::ports::ModelRequest;
use crate::llm::address::{below, unversioned, versioned, without_ending};

const MAX_TOKENS: &str = "max_tokens";
const MAX_COMPLETION_TOKENS: &str = "max_completion_tokens";
const TEMPERATURE: &str = "temperature";
const STREAM_OPTIONS: &str = "stream_options";

/// The OpenAI chat protocol.
pub(in crate::llm) struct OpenAiChat(pub Dialect);

/// Who speaks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::llm) enum Dialect {
    /// OpenAI itself: the limit of tokens has its new name.
    OpenAi,
    /// Azure: two shapes of addresses, and a list of models that are not the ones that are served.
    Azure,
    /// LM Studio: tells what is in memory.
    LmStudio,
    /// Anybody else, above all llama.cpp.
    Plain,
}

impl OpenAiChat {
    /// The names of the limit of tokens, the likelier one first. Most servers know the old name only; OpenAI refuses it
    /// for the models that think.
    const fn limit_names(&self) -> [&'static str; 2] {
        match self.0 {
            Dialect::OpenAi | Dialect::Azure => [MAX_COMPLETION_TOKENS, MAX_TOKENS],
            Dialect::LmStudio | Dialect::Plain => [MAX_TOKENS, MAX_COMPLETION_TOKENS],
        }
    }
}

impl Wire for OpenAiChat {
    fn framing(&self) -> Framing {
        Framing::Events
    }

    fn bases(&self, address: Url) -> Vec<Url> {
        let address = without_ending(address, "/chat/completions");
        match self.0 {
            Dialect::Azure => azure::bases(&address),
            Dialect::OpenAi | Dialect::LmStudio | Dialect::Plain => versioned(address),
        }
    }

    fn models_url(&self, base: &Url) -> Url {
        match self.0 {
            Dialect::Azure => azure::models_url(base),
            Dialect::OpenAi | Dialect::LmStudio | Dialect::Plain => below(base, &["models"]),
        }
    }

    fn models(&self, body: &Value) -> Option<Vec<Listed>> {
        let mut listed: Vec<(u64, Listed)> = body
            .get("data")?
            .as_array()?
            .iter()
            .filter_map(|model| {
                let name = model.get("id")?.as_str()?;
                let created = model.get("created").and_then(Value::as_u64);
                let listed = Listed {
                    name: name.to_owned(),
                    chats: sounds_like_chat(name),
                };
                Some((created.unwrap_or(0), listed))
            })
            .collect();
        // The newest first; a server that tells no dates keeps its order.
        listed.sort_by_key(|(created, _)| Reverse(*created));
        Some(listed.into_iter().map(|(_, listed)| listed).collect())
    }

    fn lists_what_it_serves(&self) -> bool {
        self.0 != Dialect::Azure
    }

    fn model_in(&self, base: &Url) -> Option<String> {
        (self.0 == Dialect::Azure).then(|| azure::deployment(base))?
    }

    fn completion_url(&self, base: &Url, model: &str) -> Url {
        match self.0 {
            Dialect::Azure => azure::completion_url(base, model),
            Dialect::OpenAi | Dialect::LmStudio | Dialect::Plain => {
                below(base, &["chat", "completions"])
            }
        }
    }

    fn body(&self, request: &ModelRequest, model: &str, lessons: &Lessons) -> Value {
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(model));
        body.insert("messages".to_owned(), json!(request.messages));
        body.insert("stream".to_owned(), json!(true));
        let optional = [
            (STREAM_OPTIONS, json!({ "include_usage": true })),
            (TEMPERATURE, super::temperature(request)),
        ];
        for (name, value) in optional {
            if !lessons.contains(name) {
                body.insert(name.to_owned(), value);
            }
        }
        let names = self.limit_names();
        let taken = names.iter().find(|name| !lessons.contains(**name));
        // Never without a limit, whatever the model says of its name.
        if let Some(name) = taken.or(names.last()) {
            body.insert(
                (*name).to_owned(),
                json!(limit(request.max_tokens, lessons)),
            );
        }
        Value::Object(body)
    }

    fn optional_parameters(&self) -> &'static [&'static str] {
        &[
            MAX_TOKENS,
            MAX_COMPLETION_TOKENS,
            TEMPERATURE,
            STREAM_OPTIONS,
        ]
    }

    fn piece(&self, body: &Value, answer: &mut Answer) -> String {
        // The chunk with the usage has no choices, and Azure sends one with remarks about the prompt first.
        read_choice(body, "delta", answer).unwrap_or_default()
    }

    fn whole(&self, body: &Value, answer: &mut Answer) -> Option<String> {
        let piece = read_choice(body, "message", answer)?;
        answer.done = true;
        answer.finish.get_or_insert(Finish::Stop);
        Some(piece)
    }

    fn residence_urls(&self, base: &Url) -> Vec<Url> {
        let root = unversioned(base);
        match self.0 {
            Dialect::LmStudio => lmstudio::residence_urls(&root),
            // llama.cpp's; other servers answer something that says nothing, or 404.
            Dialect::Plain => vec![below(&root, &["health"])],
            Dialect::OpenAi | Dialect::Azure => Vec::new(),
        }
    }

    fn residence(&self, status: u16, body: &Value) -> Option<Residence> {
        match self.0 {
            Dialect::LmStudio => lmstudio::residence(body),
            Dialect::Plain => match status {
                200 if body.get("status")? == "ok" => Some(Residence::Whole),
                503 if super::text(body, "/error/message").contains("oading model") => {
                    Some(Residence::Loading)
                }
                _ => None,
            },
            Dialect::OpenAi | Dialect::Azure => None,
        }
    }
}

/// Reads what the first choice says, and what the body says of the whole; `None` if there is no choice.
fn read_choice(body: &Value, part: &str, answer: &mut Answer) -> Option<String> {
    if let Some(model) = body.get("model").and_then(Value::as_str)
        && !model.is_empty()
    {
        answer.model = Some(model.to_owned());
    }
    if let Some(usage) = body.get("usage") {
        let count = |name: &str| usage.get(name).and_then(Value::as_u64);
        answer.tokens_in = count("prompt_tokens").or(answer.tokens_in);
        answer.tokens_out = count("completion_tokens").or(answer.tokens_out);
    }
    let choice = body.get("choices")?.as_array()?.first()?;
    answer.finish = match choice.get("finish_reason").and_then(Value::as_str) {
        None => answer.finish,
        Some("length") => Some(Finish::Length),
        Some("content_filter") => Some(Finish::Blocked),
        Some(_) => Some(Finish::Stop),
    };
    let said = choice.get(part);
    let text = |name: &str| said.and_then(|said| said.get(name)?.as_str());
    answer.refusal.push_str(text("refusal").unwrap_or_default());
    Some(text("content").unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lessons, read, request};
    use super::super::{THINKING_ROOM, THINKS};
    use super::*;

    #[test]
    fn a_refused_limit_is_renamed_and_never_left_out() {
        let plain =
            |names: &[&str]| OpenAiChat(Dialect::Plain).body(&request(), "m", &lessons(names));
        assert_eq!(
            plain(&[]).to_string(),
            r#"{"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_usage":true},"temperature":0.2,"max_tokens":9}"#
        );
        assert_eq!(plain(&[MAX_TOKENS])[MAX_COMPLETION_TOKENS], 9);
        assert_eq!(plain(&[THINKS])[MAX_TOKENS], 9 + THINKING_ROOM);
        let bare = plain(OpenAiChat(Dialect::Plain).optional_parameters());
        assert_eq!(
            bare.as_object().map(Map::len),
            Some(4),
            "only what must be said is left, and a limit: {bare}"
        );
        for dialect in [Dialect::OpenAi, Dialect::Azure] {
            let body = |names: &[&str]| OpenAiChat(dialect).body(&request(), "m", &lessons(names));
            assert_eq!(body(&[])[MAX_COMPLETION_TOKENS], 9);
            assert_eq!(body(&[MAX_COMPLETION_TOKENS])[MAX_TOKENS], 9);
        }
    }

    #[test]
    fn a_stream_is_put_together() {
        let (text, answer) = read(
            &OpenAiChat(Dialect::Azure),
            &[
                r#"{"choices":[],"prompt_filter_results":[]}"#,
                r#"{"model":"m-1","choices":[{"delta":{"role":"assistant","content":null}}]}"#,
                r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#,
                r#"{"choices":[{"delta":{"content":"a"}}]}"#,
                r#"{"choices":[{"delta":{"content":"b"},"finish_reason":"length"}]}"#,
                r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}"#,
                "[DONE]",
            ],
        );
        assert_eq!(text, "ab");
        assert_eq!(answer.model.as_deref(), Some("m-1"));
        assert_eq!((answer.tokens_in, answer.tokens_out), (Some(7), Some(2)));
        assert_eq!(answer.finish, Some(Finish::Length));
        assert!(answer.done);
    }

    #[test]
    fn the_newest_model_comes_first() {
        let names = |body: Value| {
            let listed = OpenAiChat(Dialect::OpenAi).models(&body).expect("a list");
            listed
                .into_iter()
                .map(|model| model.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names(
                json!({ "data": [{ "id": "a", "created": 1 }, { "id": "b", "created": 3 }, {}] })
            ),
            ["b", "a"]
        );
        assert_eq!(
            names(json!({ "data": [{ "id": "b" }, { "id": "a" }] })),
            ["b", "a"]
        );
        for body in [json!({}), json!({ "data": 7 }), json!([])] {
            assert_eq!(OpenAiChat(Dialect::OpenAi).models(&body), None, "{body}");
        }
    }

    #[test]
    fn llama_cpp_tells_whether_it_is_loading() {
        let plain = OpenAiChat(Dialect::Plain);
        let base: Url = "http://h:1/v1".parse().expect("an address");
        assert_eq!(plain.residence_urls(&base)[0].as_str(), "http://h:1/health");
        let loading = json!({ "error": { "code": 503, "message": "Loading model", "type": "unavailable_error" } });
        assert_eq!(plain.residence(503, &loading), Some(Residence::Loading));
        assert_eq!(
            plain.residence(200, &json!({ "status": "ok" })),
            Some(Residence::Whole)
        );
        assert_eq!(plain.residence(200, &json!({})), None);
        assert_eq!(plain.residence(503, &json!({})), None);
        assert_eq!(OpenAiChat(Dialect::OpenAi).residence_urls(&base), []);
    }
}
