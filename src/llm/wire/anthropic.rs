//! `POST /v1/messages` and `GET /v1/models` as Anthropic defines them.

use reqwest::Url;
use serde_json::{Map, Value, json};

use super::{Answer, Finish, Framing, Lessons, Listed, Wire, limit, sounds_like_chat, text};
use crate::engine::ports::{ModelRequest, Role};
use crate::llm::address::{below, versioned, without_ending};

/// The protocol of these bodies. Under it, sampling parameters are refused even at their defaults.
const VERSION: &str = "2026-10-21";
/// Most models that one page of the list may have.
const LONGEST_PAGE: &str = "1000";

/// Anthropic's messages.
pub(in crate::llm) struct Anthropic;

impl Wire for Anthropic {
    fn framing(&self) -> Framing {
        Framing::Events
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("anthropic-version", VERSION)]
    }

    fn bases(&self, address: Url) -> Vec<Url> {
        versioned(without_ending(address, "/messages"))
    }

    fn models_url(&self, base: &Url) -> Url {
        let mut url = below(base, &["models"]);
        url.query_pairs_mut().append_pair("limit", LONGEST_PAGE);
        url
    }

    fn models(&self, body: &Value) -> Option<Vec<Listed>> {
        let listed = body.get("data")?.as_array()?.iter();
        Some(
            listed
                .filter_map(|model| {
                    let name = model.get("id")?.as_str()?;
                    Some(Listed {
                        name: name.to_owned(),
                        chats: sounds_like_chat(name),
                    })
                })
                .collect(),
        )
    }

    fn completion_url(&self, base: &Url, _model: &str) -> Url {
        below(base, &["messages"])
    }

    fn body(&self, request: &ModelRequest, model: &str, lessons: &Lessons) -> Value {
        let (orders, messages): (Vec<_>, Vec<_>) = request
            .messages
            .iter()
            .partition(|message| message.role == Role::System);
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(model));
        let limit = limit(request.max_tokens, lessons);
        body.insert("max_tokens".to_owned(), json!(limit));
        if !orders.is_empty() {
            let orders: Vec<_> = orders.iter().map(|order| order.content.as_str()).collect();
            body.insert("system".to_owned(), json!(orders.join("\n\n")));
        }
        body.insert("messages".to_owned(), json!(messages));
        body.insert("stream".to_owned(), json!(true));
        Value::Object(body)
    }

    fn optional_parameters(&self) -> &'static [&'static str] {
        &[]
    }

    fn piece(&self, body: &Value, answer: &mut Answer) -> String {
        match text(body, "/type") {
            "message_start" => {
                if let Some(message) = body.get("message") {
                    read_message(message, answer);
                }
            }
            "content_block_start" => return text(body, "/content_block/text").to_owned(),
            // Thinking and signatures have deltas of their own types.
            "content_block_delta" if text(body, "/delta/type") == "text_delta" => {
                return text(body, "/delta/text").to_owned();
            }
            "message_delta" => {
                read_end(body.get("delta").unwrap_or(&Value::Null), answer);
                read_usage(body, answer);
            }
            "message_stop" => answer.done = true,
            _ => {}
        }
        String::new()
    }

    fn whole(&self, body: &Value, answer: &mut Answer) -> Option<String> {
        let content = body.get("content")?.as_array()?;
        read_message(body, answer);
        answer.done = true;
        answer.finish.get_or_insert(Finish::Stop);
        let texts = content
            .iter()
            .filter(|block| text(block, "/type") == "text");
        Some(texts.map(|block| text(block, "/text")).collect())
    }
}

fn read_message(message: &Value, answer: &mut Answer) {
    if let Some(model) = message.get("model").and_then(Value::as_str) {
        answer.model = Some(model.to_owned());
    }
    read_end(message, answer);
    read_usage(message, answer);
}

fn read_end(body: &Value, answer: &mut Answer) {
    answer.finish = match body.get("stop_reason").and_then(Value::as_str) {
        None => answer.finish,
        Some("max_tokens" | "model_context_window_exceeded") => Some(Finish::Length),
        Some("refusal") => {
            answer.refusal = match text(body, "/stop_details/category") {
                "" => "the model refuses".to_owned(),
                category => format!("the model refuses: {category}"),
            };
            Some(Finish::Blocked)
        }
        Some(_) => Some(Finish::Stop),
    };
}

/// Reads the counts, which grow in the course of a stream. What was read from a cache is a part of the prompt too.
fn read_usage(body: &Value, answer: &mut Answer) {
    let count = |name: &str| body.get("usage")?.get(name)?.as_u64();
    if let Some(fresh) = count("input_tokens") {
        let cached = ["cache_read_input_tokens", "cache_creation_input_tokens"]
            .into_iter()
            .filter_map(count)
            .sum::<u64>();
        answer.tokens_in = Some(fresh + cached);
    }
    answer.tokens_out = count("output_tokens").or(answer.tokens_out);
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lessons, read, request};
    use super::super::{THINKING_ROOM, THINKS};
    use super::*;

    #[test]
    fn orders_stand_at_the_top_and_nothing_is_said_of_sampling() {
        assert_eq!(
            Anthropic.body(&request(), "m", &lessons(&[])).to_string(),
            r#"{"model":"m","max_tokens":9,"system":"be brief","messages":[{"role":"user","content":"hi"}],"stream":true}"#
        );
        let thinks = Anthropic.body(&request(), "m", &lessons(&[THINKS]));
        assert_eq!(thinks["max_tokens"], 9 + THINKING_ROOM);
    }

    #[test]
    fn a_stream_is_put_together() {
        let (text, answer) = read(
            &Anthropic,
            &[
                r#"{"type":"message_start","message":{"model":"m-1","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}"#,
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#,
                r#"{"type":"ping"}"#,
                r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
                r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"x"}}"#,
                r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"a"}}"#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"b"}}"#,
                r#"{"type":"content_block_stop","index":1}"#,
                r#"{"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"input_tokens":5,"cache_read_input_tokens":2,"output_tokens":4}}"#,
                r#"{"type":"message_stop"}"#,
            ],
        );
        assert_eq!(text, "ab");
        assert_eq!(answer.model.as_deref(), Some("m-1"));
        assert_eq!((answer.tokens_in, answer.tokens_out), (Some(7), Some(4)));
        assert_eq!(answer.finish, Some(Finish::Length));
        assert!(answer.done);
    }

    #[test]
    fn a_refusal_says_what_it_is_about() {
        let delta = r#"{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"category":"cyber"}}}"#;
        let (_, answer) = read(&Anthropic, &[delta]);
        assert_eq!(answer.finish, Some(Finish::Blocked));
        assert!(answer.refusal.contains("cyber"));
    }

    #[test]
    fn a_whole_answer_is_its_text_blocks() {
        let body = json!({
            "model": "m-1", "stop_reason": "end_turn", "usage": { "input_tokens": 3, "output_tokens": 2 },
            "content": [{ "type": "thinking", "thinking": "hm" }, { "type": "text", "text": "a" }, { "type": "text", "text": "b" }],
        });
        let mut answer = Answer::default();
        assert_eq!(Anthropic.whole(&body, &mut answer).as_deref(), Some("ab"));
        assert_eq!(answer.finish, Some(Finish::Stop));
        assert_eq!(Anthropic.whole(&json!({}), &mut answer), None);
    }

    #[test]
    fn its_list_is_asked_for_at_once() {
        let base: Url = "https://api.anthropic.com/v1".parse().expect("an address");
        assert_eq!(
            Anthropic.models_url(&base).as_str(),
            "https://api.anthropic.com/v1/models?limit=1000"
        );
        let names = |body: Value| Anthropic.models(&body).map(|listed| listed.len());
        assert_eq!(names(json!({ "data": [{ "id": "a" }, {}] })), Some(1));
        assert_eq!(names(json!({ "error": "x" })), None);
    }
}
