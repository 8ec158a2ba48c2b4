//! `generateContent` and the list of models as Google defines them. Plain `/v1` by default; `/v1beta` where the address
//! says so.

use reqwest::Url;
use serde_json::{Map, Value, json};

use super::{Answer, Finish, Framing, Lessons, Listed, Wire, limit, sounds_like_chat, text};
use crate::engine::ports::{ModelRequest, Role};
use crate::llm::address::{below, versioned};

const TEMPERATURE: &str = "temperature";
/// Most models that one page of the list may have.
const LONGEST_PAGE: &str = "1000";
const PREFIX: &str = "models/";

/// Google's Gemini.
pub(in crate::llm) struct Gemini;

impl Wire for Gemini {
    fn framing(&self) -> Framing {
        Framing::Events
    }

    fn bases(&self, address: Url) -> Vec<Url> {
        versioned(address)
    }

    fn models_url(&self, base: &Url) -> Url {
        let mut url = below(base, &["models"]);
        url.query_pairs_mut().append_pair("pageSize", LONGEST_PAGE);
        url
    }

    fn models(&self, body: &Value) -> Option<Vec<Listed>> {
        let listed = body.get("models")?.as_array()?.iter();
        Some(
            listed
                .filter_map(|model| {
                    let name = model.get("name")?.as_str()?;
                    let methods = model
                        .get("supportedGenerationMethods")
                        .and_then(Value::as_array);
                    Some(Listed {
                        name: name.strip_prefix(PREFIX).unwrap_or(name).to_owned(),
                        chats: sounds_like_chat(name)
                            && methods.is_none_or(|methods| {
                                methods.iter().any(|method| method == "generateContent")
                            }),
                    })
                })
                .collect(),
        )
    }

    fn is_named(&self, listed: &str, wanted: &str) -> bool {
        listed == wanted.strip_prefix(PREFIX).unwrap_or(wanted)
    }

    fn completion_url(&self, base: &Url, model: &str) -> Url {
        let model = model.strip_prefix(PREFIX).unwrap_or(model);
        // Without `alt=sse` the stream is one long list, which is over before it can be read.
        let (folder, name) = model.split_once('/').unwrap_or(("models", model));
        let mut url = below(base, &[folder, &format!("{name}:streamGenerateContent")]);
        url.query_pairs_mut().append_pair("alt", "sse");
        url
    }

    fn body(&self, request: &ModelRequest, _model: &str, lessons: &Lessons) -> Value {
        let parts = |text: &str| json!([{ "text": text }]);
        let (orders, messages): (Vec<_>, Vec<_>) = request
            .messages
            .iter()
            .partition(|message| message.role == Role::System);
        let mut body = Map::new();
        if !orders.is_empty() {
            let orders: Vec<_> = orders.iter().map(|order| order.content.as_str()).collect();
            let orders = json!({ "parts": parts(&orders.join("\n\n")) });
            body.insert("systemInstruction".to_owned(), orders);
        }
        let contents = messages.iter().map(|message| {
            let role = match message.role {
                Role::Assistant => "model",
                Role::System | Role::User => "user",
            };
            json!({ "role": role, "parts": parts(&message.content) })
        });
        body.insert("contents".to_owned(), contents.collect());
        let mut settings = Map::new();
        if !lessons.contains(TEMPERATURE) {
            settings.insert(TEMPERATURE.to_owned(), super::temperature(request));
        }
        let limit = limit(request.max_tokens, lessons);
        settings.insert("maxOutputTokens".to_owned(), json!(limit));
        body.insert("generationConfig".to_owned(), Value::Object(settings));
        Value::Object(body)
    }

    fn optional_parameters(&self) -> &'static [&'static str] {
        &[TEMPERATURE]
    }

    fn piece(&self, body: &Value, answer: &mut Answer) -> String {
        read_candidate(body, answer).unwrap_or_default()
    }

    fn whole(&self, body: &Value, answer: &mut Answer) -> Option<String> {
        // A stream without `alt=sse`: a list of pieces.
        let whole = std::slice::from_ref(body);
        let bodies = body.as_array().map_or(whole, Vec::as_slice);
        let mut said = None;
        for body in bodies {
            if let Some(piece) = read_candidate(body, answer) {
                said.get_or_insert_with(String::new).push_str(&piece);
            }
        }
        answer.done = said.is_some();
        said
    }
}

/// Reads what the first candidate says, and what the body says of the whole; `None` if there is neither a candidate nor
/// a reason for its absence.
fn read_candidate(body: &Value, answer: &mut Answer) -> Option<String> {
    if let Some(model) = body.get("modelVersion").and_then(Value::as_str) {
        answer.model = Some(model.to_owned());
    }
    if let Some(usage) = body.get("usageMetadata") {
        let count = |name: &str| usage.get(name).and_then(Value::as_u64);
        answer.tokens_in = count("promptTokenCount").or(answer.tokens_in);
        answer.tokens_out = count("candidatesTokenCount")
            .map(|said| said + count("thoughtsTokenCount").unwrap_or(0))
            .or_else(|| count("thoughtsTokenCount"))
            .or(answer.tokens_out);
    }
    let blocked = text(body, "/promptFeedback/blockReason");
    if !blocked.is_empty() {
        answer.finish = Some(Finish::Blocked);
        answer.refusal = format!("the prompt was blocked: {blocked}");
        return Some(String::new());
    }
    let candidate = body.get("candidates")?.as_array()?.first()?;
    match text(candidate, "/finishReason") {
        "" | "FINISH_REASON_UNSPECIFIED" => {}
        "MAX_TOKENS" => answer.finish = Some(Finish::Length),
        reason @ ("SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII"
        | "LANGUAGE" | "OTHER" | "IMAGE_SAFETY") => {
            answer.finish = Some(Finish::Blocked);
            answer.refusal = format!("the answer was stopped: {reason}");
        }
        _ => answer.finish = Some(Finish::Stop),
    }
    let parts = candidate
        .pointer("/content/parts")
        .and_then(Value::as_array);
    let said = parts
        .into_iter()
        .flatten()
        .filter(|part| part.get("thought").and_then(Value::as_bool) != Some(true));
    Some(said.map(|part| text(part, "/text")).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lessons, read, request};
    use super::super::{THINKING_ROOM, THINKS};
    use super::*;

    #[test]
    fn a_question_is_put_in_its_words() {
        assert_eq!(
            Gemini.body(&request(), "m", &lessons(&[])).to_string(),
            r#"{"systemInstruction":{"parts":[{"text":"be brief"}]},"contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":{"temperature":0.2,"maxOutputTokens":9}}"#
        );
        let learned = Gemini.body(&request(), "m", &lessons(&[TEMPERATURE, THINKS]));
        assert_eq!(
            learned["generationConfig"],
            json!({ "maxOutputTokens": 9 + THINKING_ROOM })
        );
    }

    #[test]
    fn the_model_stands_in_the_address_and_the_key_does_not() {
        let base: Url = "https://g.example.org/v1beta".parse().expect("an address");
        for (model, path) in [
            ("flash", "models/flash"),
            ("models/flash", "models/flash"),
            ("tunedModels/mine", "tunedModels/mine"),
        ] {
            assert_eq!(
                Gemini.completion_url(&base, model).as_str(),
                format!("https://g.example.org/v1beta/{path}:streamGenerateContent?alt=sse")
            );
        }
        assert_eq!(
            Gemini.models_url(&base).as_str(),
            "https://g.example.org/v1beta/models?pageSize=1000"
        );
        assert!(Gemini.is_named("flash", "models/flash"));
    }

    #[test]
    fn only_what_generates_content_chats() {
        let body = json!({ "models": [
            { "name": "models/flash", "supportedGenerationMethods": ["generateContent"] },
            { "name": "models/vectors", "supportedGenerationMethods": ["embedContent"] },
            { "name": "models/flash-image", "supportedGenerationMethods": ["generateContent"] },
        ] });
        let listed = Gemini.models(&body).expect("a list");
        let chats: Vec<_> = listed.iter().map(|model| model.chats).collect();
        assert_eq!(chats, [true, false, false]);
        assert_eq!(listed[0].name, "flash");
        assert_eq!(Gemini.models(&json!({})), None);
    }

    #[test]
    fn a_stream_is_put_together_without_thoughts() {
        let (text, answer) = read(
            &Gemini,
            &[
                r#"{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"a"}]}}],"modelVersion":"m-1"}"#,
                r#"{"candidates":[{"index":0}]}"#,
                r#"{"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"MAX_TOKENS"}],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":2,"thoughtsTokenCount":3}}"#,
            ],
        );
        assert_eq!(text, "ab");
        assert_eq!(answer.model.as_deref(), Some("m-1"));
        assert_eq!((answer.tokens_in, answer.tokens_out), (Some(7), Some(5)));
        assert_eq!(answer.finish, Some(Finish::Length));
    }

    #[test]
    fn what_is_blocked_says_why() {
        for (event, reason) in [
            (r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#, "SAFETY"),
            (
                r#"{"candidates":[{"finishReason":"RECITATION"}]}"#,
                "RECITATION",
            ),
        ] {
            let (_, answer) = read(&Gemini, &[event]);
            assert_eq!(answer.finish, Some(Finish::Blocked), "{event}");
            assert!(answer.refusal.contains(reason), "{event}");
        }
    }

    #[test]
    fn a_list_of_pieces_is_an_answer_too() {
        let piece = |text: &str| json!({ "candidates": [{ "content": { "parts": [{ "text": text }] }, "finishReason": "STOP" }] });
        let mut answer = Answer::default();
        let list = json!([piece("a"), piece("b")]);
        assert_eq!(Gemini.whole(&list, &mut answer).as_deref(), Some("ab"));
        assert_eq!(Gemini.whole(&piece("a"), &mut answer).as_deref(), Some("a"));
        assert_eq!(Gemini.whole(&json!({}), &mut answer), None);
        assert_eq!(Gemini.whole(&json!([]), &mut answer), None);
    }
}
