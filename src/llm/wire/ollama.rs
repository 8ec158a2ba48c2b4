//! Ollama's own protocol. Its OpenAI-compatible one has no way to ask for a longer context, and cuts prompts silently.

use reqwest::Url;
use serde_json::{Map, Value, json};

use super::{
    Answer, Finish, Framing, Lessons, Listed, Residence, Resident, Wire, limit, sounds_like_chat,
    text,
};
use crate::engine::ports::ModelRequest;
use crate::llm::address::{below, without_ending};

const THINK: &str = "think";
const TRUNCATE: &str = "truncate";
const KEEP_ALIVE: &str = "keep_alive";

/// How long a model stays in memory after it was last used: longer than the time between two signs of life.
const KEPT: &str = "15m";
/// The usual context in tokens: prompt and answer together. Another one makes Ollama load the model anew, so it grows
/// in few steps.
const CONTEXT: u64 = 8192;
/// The fewest bytes that a token of the prompt is counted for. Code has three to four.
const FEWEST_BYTES_A_TOKEN: u64 = 2;
/// More bytes for each token than any prompt has: what was counted was not the whole prompt.
const MOST_BYTES_A_TOKEN: u64 = 12;

/// Ollama's chat.
pub(in crate::llm) struct Ollama;

impl Wire for Ollama {
    fn framing(&self) -> Framing {
        Framing::Lines
    }

    /// Its own protocol lies at the root, whatever people copy along with the address.
    fn bases(&self, address: Url) -> Vec<Url> {
        let ends = ["/chat", "/api", "/v1"];
        vec![ends.into_iter().fold(address, without_ending)]
    }

    fn models_url(&self, base: &Url) -> Url {
        below(base, &["api", "tags"])
    }

    fn models(&self, body: &Value) -> Option<Vec<Listed>> {
        let listed = body.get("models")?.as_array()?.iter();
        Some(
            listed
                .filter_map(|model| {
                    let name = model.get("name").or_else(|| model.get("model"))?.as_str()?;
                    let can = model.get("capabilities").and_then(Value::as_array);
                    // It is served elsewhere, so nobody gets it without having named it.
                    let is_remote = !text(model, "/remote_host").is_empty();
                    Some(Listed {
                        name: name.to_owned(),
                        chats: match can {
                            _ if is_remote => false,
                            Some(can) => can.iter().any(|can| can == "completion"),
                            None => {
                                sounds_like_chat(name)
                                    && !text(model, "/details/family").contains("bert")
                            }
                        },
                    })
                })
                .collect(),
        )
    }

    fn is_named(&self, listed: &str, wanted: &str) -> bool {
        let latest = |name: &str| name.strip_suffix(":latest").unwrap_or(name).to_owned();
        latest(listed) == latest(wanted)
    }

    fn completion_url(&self, base: &Url, _model: &str) -> Url {
        below(base, &["api", "chat"])
    }

    fn body(&self, request: &ModelRequest, model: &str, lessons: &Lessons) -> Value {
        let limit = limit(request.max_tokens, lessons);
        let bytes: usize = request
            .messages
            .iter()
            .map(|message| message.content.len())
            .sum();
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(model));
        body.insert("messages".to_owned(), json!(request.messages));
        body.insert("stream".to_owned(), json!(true));
        let optional = [
            (THINK, json!(false)),
            // A prompt that does not fit is an error, and not half a prompt.
            (TRUNCATE, json!(false)),
            (KEEP_ALIVE, json!(KEPT)),
        ];
        for (name, value) in optional {
            if !lessons.contains(name) {
                body.insert(name.to_owned(), value);
            }
        }
        let options = json!({
            "num_ctx": context_for(bytes, limit),
            "num_predict": limit,
            "temperature": super::temperature(request),
        });
        body.insert("options".to_owned(), options);
        Value::Object(body)
    }

    fn optional_parameters(&self) -> &'static [&'static str] {
        &[THINK, TRUNCATE, KEEP_ALIVE]
    }

    fn piece(&self, body: &Value, answer: &mut Answer) -> String {
        read_line(body, answer).unwrap_or_default()
    }

    fn whole(&self, body: &Value, answer: &mut Answer) -> Option<String> {
        read_line(body, answer)
    }

    fn residence_urls(&self, base: &Url) -> Vec<Url> {
        vec![below(base, &["api", "ps"])]
    }

    fn residence(&self, _status: u16, body: &Value) -> Option<Residence> {
        let residents = body
            .get("models")?
            .as_array()?
            .iter()
            .map(|model| Resident {
                names: ["/name", "/model"]
                    .into_iter()
                    .filter_map(|path| model.pointer(path)?.as_str())
                    .map(str::to_owned)
                    .collect(),
                context: model.get("context_length").and_then(Value::as_u64),
                loading: false,
            });
        Some(Residence::Models(residents.collect()))
    }

    fn warm(&self, base: &Url, model: &str, loaded: &Resident) -> Option<(Url, Value)> {
        // Another context than the one that it has would load it anew.
        let context = loaded.context.unwrap_or(CONTEXT);
        let body = json!({
            "model": model,
            "messages": [],
            "stream": false,
            KEEP_ALIVE: KEPT,
            "options": { "num_ctx": context },
        });
        Some((below(base, &["api", "chat"]), body))
    }
}

/// A context in which a prompt of so many bytes has room, and an answer of so many tokens.
fn context_for(prompt_bytes: usize, limit: u32) -> u64 {
    let prompt = u64::try_from(prompt_bytes).unwrap_or(u64::MAX) / FEWEST_BYTES_A_TOKEN;
    let needed = prompt.saturating_add(u64::from(limit));
    needed
        .max(CONTEXT)
        .checked_next_power_of_two()
        .unwrap_or(u64::MAX)
}

/// Reads one line of a stream, or the whole of an answer; `None` if it is neither.
fn read_line(body: &Value, answer: &mut Answer) -> Option<String> {
    let message = body.get("message")?;
    if let Some(model) = body.get("model").and_then(Value::as_str) {
        answer.model = Some(model.to_owned());
    }
    let count = |name: &str| body.get(name).and_then(Value::as_u64);
    answer.tokens_in = count("prompt_eval_count").or(answer.tokens_in);
    answer.tokens_out = count("eval_count").or(answer.tokens_out);
    if body.get("done").and_then(Value::as_bool) == Some(true) {
        answer.done = true;
        answer.finish = Some(match text(body, "/done_reason") {
            "length" => Finish::Length,
            _ => Finish::Stop,
        });
        let counted = answer.tokens_in.unwrap_or(u64::MAX);
        let sent = u64::try_from(answer.prompt_bytes).unwrap_or(u64::MAX);
        if counted.saturating_mul(MOST_BYTES_A_TOKEN) < sent {
            answer.finish = Some(Finish::PromptCut);
        }
    }
    Some(text(message, "/content").to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lessons, read, request};
    use super::super::{THINKING_ROOM, THINKS, read_event};
    use super::*;

    fn base() -> Url {
        "http://h:11434".parse().expect("an address")
    }

    #[test]
    fn the_context_is_always_asked_for() {
        assert_eq!(
            Ollama.body(&request(), "m", &lessons(&[])).to_string(),
            r#"{"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"stream":true,"think":false,"truncate":false,"keep_alive":"15m","options":{"num_ctx":8192,"num_predict":9,"temperature":0.2}}"#
        );
        let learned = Ollama.body(&request(), "m", &lessons(&[THINK, TRUNCATE, THINKS]));
        assert_eq!(
            (&learned[THINK], &learned[TRUNCATE]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(learned["options"]["num_predict"], 9 + THINKING_ROOM);
    }

    #[test]
    fn the_context_grows_in_steps_with_the_prompt() {
        for (bytes, limit, context) in [
            (0, 0, 8192),
            (14_000, 1024, 8192),
            (15_000, 1024, 16_384),
            (60_000, 1024, 32_768),
        ] {
            assert_eq!(context_for(bytes, limit), context, "{bytes} {limit}");
        }
    }

    #[test]
    fn lines_are_put_together() {
        let (text, answer) = read(
            &Ollama,
            &[
                r#"{"model":"m:latest","message":{"role":"assistant","content":"","thinking":"hm"},"done":false}"#,
                r#"{"model":"m:latest","message":{"content":"a"},"done":false}"#,
                r#"{"model":"m:latest","message":{"content":"b"},"done":true,"done_reason":"length","prompt_eval_count":7,"eval_count":2}"#,
            ],
        );
        assert_eq!(text, "ab");
        assert_eq!(answer.model.as_deref(), Some("m:latest"));
        assert_eq!((answer.tokens_in, answer.tokens_out), (Some(7), Some(2)));
        assert_eq!(answer.finish, Some(Finish::Length));
        assert!(answer.done);
    }

    #[test]
    fn a_prompt_that_was_cut_is_noticed() {
        let finish = |prompt_bytes: usize, count: &str| {
            let mut answer = Answer {
                prompt_bytes,
                ..Answer::default()
            };
            let line = format!(r#"{{"message":{{"content":"x"}},"done":true{count}}}"#);
            read_event(&Ollama, &line, &mut answer).expect("a good line");
            answer.finish
        };
        let count = r#","prompt_eval_count":1000"#;
        assert_eq!(finish(4000, count), Some(Finish::Stop));
        assert_eq!(finish(40_000, count), Some(Finish::PromptCut));
        assert_eq!(finish(40_000, ""), Some(Finish::Stop), "nobody counted");
    }

    #[test]
    fn a_name_without_a_tag_means_the_latest() {
        assert!(Ollama.is_named("coder:latest", "coder"));
        assert!(Ollama.is_named("coder:7b", "coder:7b"));
        assert!(!Ollama.is_named("coder:7b", "coder"));
        let body = json!({ "models": [
            { "name": "coder:latest", "details": { "family": "qwen2" } },
            { "name": "nomic:latest", "details": { "family": "nomic-bert" } },
            { "name": "vectors", "capabilities": ["embedding"] },
            { "name": "embedded-coder", "capabilities": ["completion", "tools"] },
        ] });
        let listed = Ollama.models(&body).expect("a list");
        let chats: Vec<_> = listed.iter().map(|model| model.chats).collect();
        assert_eq!(chats, [true, false, false, true]);
        assert_eq!(Ollama.models(&json!({ "data": [] })), None);
    }

    #[test]
    fn it_is_found_below_any_address_that_people_copy() {
        for address in [
            "http://h:11434/",
            "http://h:11434/v1",
            "http://h:11434/api",
            "http://h:11434/api/chat",
        ] {
            let bases = Ollama.bases(address.parse().expect("an address"));
            let urls: Vec<_> = bases
                .iter()
                .map(|base| Ollama.completion_url(base, "m").to_string())
                .collect();
            assert_eq!(urls, ["http://h:11434/api/chat"], "{address}");
        }
    }

    #[test]
    fn it_is_kept_warm_with_the_context_that_it_has() {
        let body = json!({ "models": [{ "name": "coder:latest", "model": "coder:latest", "context_length": 16384 }] });
        let residence = Ollama.residence(200, &body).expect("a list");
        let loaded = residence.find(&Ollama, "coder").expect("it is loaded");
        assert_eq!(residence.find(&Ollama, "other"), None);
        let (url, body) = Ollama.warm(&base(), "coder", loaded).expect("a request");
        assert_eq!(url.as_str(), "http://h:11434/api/chat");
        assert_eq!(
            body.to_string(),
            r#"{"model":"coder","messages":[],"stream":false,"keep_alive":"15m","options":{"num_ctx":16384}}"#
        );
    }
}
