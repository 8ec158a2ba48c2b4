//! `POST /chat/completions` and `GET /models` as OpenAI defined them, and as LM Studio, llama.cpp, vLLM and many others
//! speak them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Answer, Complaint, EventFault, Finish, Wire};
use crate::engine::ports::ModelRequest;

const MAX_TOKENS: &str = "max_tokens";
const MAX_COMPLETION_TOKENS: &str = "max_completion_tokens";
const TEMPERATURE: &str = "temperature";
const STREAM_OPTIONS: &str = "stream_options";

/// The OpenAI chat protocol.
pub(in crate::llm) struct OpenAiChat;

impl Wire for OpenAiChat {
    fn key_header(&self, key: &str) -> (&'static str, String) {
        ("authorization", format!("Bearer {key}"))
    }

    fn models_path(&self) -> &'static str {
        "models"
    }

    fn completion_path(&self, _model: &str) -> String {
        "chat/completions".to_owned()
    }

    fn models(&self, body: &Value) -> Option<Vec<String>> {
        let listed = body.get("data")?.as_array()?;
        Some(
            listed
                .iter()
                .filter_map(|model| model.get("id")?.as_str())
                .map(str::to_owned)
                .collect(),
        )
    }

    fn body(&self, request: &ModelRequest, model: &str, refused: &BTreeSet<&'static str>) -> Value {
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(model));
        body.insert("messages".to_owned(), json!(request.messages));
        body.insert("stream".to_owned(), json!(true));
        let optional = [
            (STREAM_OPTIONS, json!({ "include_usage": true })),
            // Through its decimal form, so that 0.2 is not sent as 0.20000000298023224.
            (
                TEMPERATURE,
                request
                    .temperature
                    .to_string()
                    .parse::<f64>()
                    .map_or(Value::Null, |number| json!(number)),
            ),
            (
                // Most servers know the old name only; those that refuse it want the new one.
                if refused.contains(MAX_TOKENS) {
                    MAX_COMPLETION_TOKENS
                } else {
                    MAX_TOKENS
                },
                json!(request.max_tokens),
            ),
        ];
        for (name, value) in optional {
            if !refused.contains(name) {
                body.insert(name.to_owned(), value);
            }
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

    fn complaint(&self, body: &Value) -> Option<Complaint> {
        let error = body.get("error").filter(|error| !error.is_null())?;
        if let Some(message) = error.as_str() {
            return Some(Complaint {
                message: message.to_owned(),
                ..Complaint::default()
            });
        }
        let text = |name: &str| error.get(name).and_then(Value::as_str);
        let names = [text("type"), text("code")].into_iter().flatten();
        let status = match error.get("code") {
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(code)) => code.parse().ok(),
            _ => None,
        };
        Some(Complaint {
            message: text("message").unwrap_or("no reason given").to_owned(),
            names: names.collect::<Vec<_>>().join(" ").to_lowercase(),
            parameter: text("param").map(str::to_owned),
            status: status.and_then(|status| u16::try_from(status).ok()),
        })
    }

    fn event(&self, data: &str, answer: &mut Answer) -> Result<String, EventFault> {
        if data.trim() == "[DONE]" {
            answer.done = true;
            return Ok(String::new());
        }
        let body: Value = serde_json::from_str(data).map_err(|_| EventFault::Malformed)?;
        if let Some(complaint) = self.complaint(&body) {
            return Err(EventFault::Complaint(complaint));
        }
        if !body.is_object() {
            return Err(EventFault::Malformed);
        }
        // The chunk with the usage has no choices, and some gateways send one with remarks about the prompt first.
        Ok(read_choice(&body, "delta", answer).unwrap_or_default())
    }

    fn whole(&self, body: &Value, answer: &mut Answer) -> Option<String> {
        let piece = read_choice(body, "message", answer)?;
        answer.done = true;
        answer.finish.get_or_insert(Finish::Stop);
        Some(piece)
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
    use super::*;
    use crate::engine::ports::{Message, Role};

    fn check_complaint(body: &str) -> Complaint {
        let body = serde_json::from_str(body).expect("JSON");
        OpenAiChat.complaint(&body).expect("a complaint")
    }

    #[test]
    fn a_refused_limit_is_renamed_and_then_left_out() {
        let request = ModelRequest {
            messages: vec![Message {
                role: Role::User,
                content: "hi".to_owned(),
            }],
            max_tokens: 9,
            temperature: 0.2,
            ..ModelRequest::default()
        };
        let body = |refused: &[&'static str]| {
            OpenAiChat.body(&request, "m", &refused.iter().copied().collect())
        };
        assert_eq!(
            body(&[]).to_string(),
            r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_usage":true},"temperature":0.2,"max_tokens":9}"#
        );
        assert_eq!(body(&[MAX_TOKENS])[MAX_COMPLETION_TOKENS], 9);
        let bare = body(OpenAiChat.optional_parameters());
        assert_eq!(
            bare.as_object().map(Map::len),
            Some(3),
            "only what must be said is left: {bare}"
        );
    }

    #[test]
    fn complaints_come_in_every_shape() {
        assert_eq!(check_complaint(r#"{"error":"no"}"#).message, "no");
        assert_eq!(
            check_complaint(r#"{"error":{}}"#).message,
            "no reason given"
        );
        let complaint =
            check_complaint(r#"{"error":{"message":"m","type":"A_b","param":"p","code":"C"}}"#);
        assert_eq!(complaint.names, "a_b c");
        assert_eq!(complaint.parameter.as_deref(), Some("p"));
        assert_eq!(
            check_complaint(r#"{"error":{"code":503,"message":"m"}}"#).status,
            Some(503)
        );
        assert_eq!(
            check_complaint(r#"{"error":{"code":"429","message":"m"}}"#).status,
            Some(429)
        );
        assert_eq!(OpenAiChat.complaint(&json!({ "error": null })), None);
    }

    #[test]
    fn a_stream_is_put_together() {
        let mut answer = Answer::default();
        let mut text = String::new();
        for data in [
            r#"{"choices":[],"prompt_filter_results":[]}"#,
            r#"{"model":"m-1","choices":[{"delta":{"role":"assistant","content":null}}]}"#,
            r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#,
            r#"{"choices":[{"delta":{"content":"a"}}]}"#,
            r#"{"choices":[{"delta":{"content":"b"},"finish_reason":"length"}]}"#,
            r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}"#,
            "[DONE]",
        ] {
            text += &OpenAiChat.event(data, &mut answer).expect("a good event");
        }
        assert_eq!(text, "ab");
        assert_eq!(answer.model.as_deref(), Some("m-1"));
        assert_eq!((answer.tokens_in, answer.tokens_out), (Some(7), Some(2)));
        assert_eq!(answer.finish, Some(Finish::Length));
        assert!(answer.done);
    }

    #[test]
    fn what_is_no_event_is_told_apart_from_a_complaint() {
        let fault = |data| OpenAiChat.event(data, &mut Answer::default()).err();
        assert_eq!(fault("{"), Some(EventFault::Malformed));
        assert_eq!(fault("7"), Some(EventFault::Malformed));
        assert!(matches!(
            fault(r#"{"error":{"message":"x"}}"#),
            Some(EventFault::Complaint(_))
        ));
    }
}
