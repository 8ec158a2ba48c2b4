//! How each of the seven providers says things, for a server that plays a script.

use serde_json::{Value, json};

use crate::support::scripted_http::{Act, event, events, json};

/// A provider, as its documents have it.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    pub provider: &'static str,
    /// What follows the server's address in `url`.
    pub path: &'static str,
    /// The request that asks model `coder`.
    pub asks: &'static str,
    /// The request that lists the models.
    pub lists: &'static str,
    /// The header that carries the key `sk-hush`.
    pub key: &'static str,
    /// Where the limit of tokens stands in a question.
    pub limit: &'static str,
    family: Family,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    OpenAi,
    Azure,
    /// OpenAI's shapes, but complaints that are plain strings.
    Plain,
    Anthropic,
    Gemini,
    Ollama,
}

/// What goes wrong, instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Missing,
    WrongKey,
    /// A limit that passes after so many milliseconds.
    Limit(u32),
    /// A limit that only money ends.
    Spend,
    Boom,
    Overload,
    TooLong,
    Bad,
}

const OPENAI: Voice = Voice {
    provider: "openai",
    path: "/v1",
    asks: "POST /v1/chat/completions",
    lists: "GET /v1/models",
    key: "authorization: Bearer sk-hush",
    limit: "/max_completion_tokens",
    family: Family::OpenAi,
};

/// All seven.
pub const VOICES: [Voice; 7] = [
    Voice {
        provider: "lmstudio",
        limit: "/max_tokens",
        ..OPENAI
    },
    Voice {
        provider: "ollama",
        path: "",
        asks: "POST /api/chat",
        lists: "GET /api/tags",
        key: "authorization: Bearer sk-hush",
        limit: "/options/num_predict",
        family: Family::Ollama,
    },
    OPENAI,
    Voice {
        provider: "anthropic",
        path: "/v1",
        asks: "POST /v1/messages",
        lists: "GET /v1/models?limit=1000",
        key: "x-api-key: sk-hush",
        limit: "/max_tokens",
        family: Family::Anthropic,
    },
    Voice {
        provider: "gemini",
        path: "/v1",
        asks: "POST /v1/models/coder:streamGenerateContent?alt=sse",
        lists: "GET /v1/models?pageSize=1000",
        key: "x-goog-api-key: sk-hush",
        limit: "/generationConfig/maxOutputTokens",
        family: Family::Gemini,
    },
    Voice {
        provider: "azure",
        path: "/openai/v1",
        asks: "POST /openai/v1/chat/completions",
        lists: "GET /openai/v1/models",
        key: "api-key: sk-hush",
        family: Family::Azure,
        ..OPENAI
    },
    Voice {
        provider: "custom",
        limit: "/max_tokens",
        family: Family::Plain,
        ..OPENAI
    },
];

impl Voice {
    /// A streamed response up to its pieces.
    pub fn stream(&self, acts: impl IntoIterator<Item = Act>) -> Vec<Act> {
        let mut all = match self.family {
            Family::Ollama => {
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n";
                vec![Act::Send(head.as_bytes().to_vec())]
            }
            _ => events(),
        };
        if self.family == Family::Anthropic {
            all.push(event(
                r#"{"type":"message_start","message":{"model":"coder","usage":{"input_tokens":1}}}"#,
            ));
        }
        all.extend(acts);
        all
    }

    /// A piece of an answer.
    pub fn piece(&self, text: &str) -> Act {
        self.part(&match self.family {
            Family::OpenAi | Family::Azure | Family::Plain => {
                json!({ "model": "coder", "choices": [{ "delta": { "content": text } }] })
            }
            Family::Anthropic => {
                json!({ "type": "content_block_delta", "delta": { "type": "text_delta", "text": text } })
            }
            Family::Gemini => {
                json!({ "candidates": [{ "content": { "parts": [{ "text": text }] } }], "modelVersion": "coder" })
            }
            Family::Ollama => {
                json!({ "model": "coder", "message": { "content": text }, "done": false })
            }
        })
    }

    /// What ends an answer to 11 tokens with 3, because it is whole or because it is `cut` off by the limit.
    pub fn finish(&self, cut: bool) -> Vec<Act> {
        let word = |whole, length| if cut { length } else { whole };
        let parts = match self.family {
            Family::OpenAi | Family::Azure | Family::Plain => vec![
                json!({ "choices": [{ "delta": {}, "finish_reason": word("stop", "length") }] }),
                json!({ "choices": [], "usage": { "prompt_tokens": 11, "completion_tokens": 3 } }),
            ],
            Family::Anthropic => vec![
                json!({
                    "type": "message_delta",
                    "delta": { "stop_reason": word("end_turn", "max_tokens") },
                    "usage": { "input_tokens": 11, "output_tokens": 3 },
                }),
                json!({ "type": "message_stop" }),
            ],
            Family::Gemini => vec![json!({
                "candidates": [{ "finishReason": word("STOP", "MAX_TOKENS") }],
                "usageMetadata": { "promptTokenCount": 11, "candidatesTokenCount": 3 },
            })],
            Family::Ollama => vec![json!({
                "model": "coder", "message": { "content": "" }, "done": true, "done_reason": word("stop", "length"),
                "prompt_eval_count": 11, "eval_count": 3,
            })],
        };
        let mut acts: Vec<_> = parts.iter().map(|part| self.part(part)).collect();
        if matches!(self.family, Family::OpenAi | Family::Azure | Family::Plain) {
            acts.push(event("[DONE]"));
        }
        acts
    }

    /// A good answer, in one piece.
    pub fn answer(&self, text: &str) -> Vec<Act> {
        let mut acts = self.stream([self.piece(text)]);
        acts.extend(self.finish(false));
        acts
    }

    /// A good answer that is not streamed.
    pub fn whole(&self, text: &str) -> Vec<Act> {
        let body = match self.family {
            Family::OpenAi | Family::Azure | Family::Plain => json!({
                "choices": [{ "message": { "content": text }, "finish_reason": "stop" }],
                "usage": { "prompt_tokens": 11, "completion_tokens": 3 },
            }),
            Family::Anthropic => json!({
                "content": [{ "type": "text", "text": text }], "stop_reason": "end_turn",
                "usage": { "input_tokens": 11, "output_tokens": 3 },
            }),
            Family::Gemini => json!([{
                "candidates": [{ "content": { "parts": [{ "text": text }] }, "finishReason": "STOP" }],
                "usageMetadata": { "promptTokenCount": 11, "candidatesTokenCount": 3 },
            }]),
            Family::Ollama => json!({
                "message": { "content": text }, "done": true, "prompt_eval_count": 11, "eval_count": 3,
            }),
        };
        json("200 OK", &[], &body.to_string())
    }

    /// A streamed answer that a filter stops; `None` where there is no such filter.
    pub fn blocked(&self) -> Option<Vec<Act>> {
        let part = match self.family {
            Family::OpenAi | Family::Azure | Family::Plain => {
                json!({ "choices": [{ "delta": { "refusal": "I will not" }, "finish_reason": "content_filter" }] })
            }
            Family::Anthropic => {
                json!({ "type": "message_delta", "delta": { "stop_reason": "refusal" } })
            }
            Family::Gemini => json!({ "promptFeedback": { "blockReason": "SAFETY" } }),
            Family::Ollama => return None,
        };
        Some(self.stream([self.part(&part)]))
    }

    /// A failure in the middle of an answer.
    pub fn failure(&self) -> Act {
        self.part(&match self.family {
            Family::OpenAi | Family::Azure => {
                json!({ "error": { "message": "died", "type": "server_error" } })
            }
            Family::Plain => json!({ "error": { "message": "died", "code": 500 } }),
            Family::Anthropic => {
                json!({ "type": "error", "error": { "type": "overloaded_error", "message": "died" } })
            }
            Family::Gemini => {
                json!([{ "error": { "code": 503, "message": "died", "status": "UNAVAILABLE" } }])
            }
            Family::Ollama => json!({ "error": "died while running the model" }),
        })
    }

    /// What it answers instead of an answer.
    pub fn refusal(&self, fault: Fault) -> Vec<Act> {
        let (status, message) = match (fault, self.family) {
            (Fault::Missing, Family::Azure) => (404, "The API deployment does not exist"),
            (Fault::Missing, _) => (404, "model 'coder' not found"),
            (Fault::WrongKey, Family::Gemini) => (400, "API key not valid"),
            (Fault::WrongKey, _) => (401, "bad key sk-hush"),
            (Fault::Limit(_), _) => (429, "too fast"),
            (Fault::Spend, _) => (429, "You exceeded your current quota"),
            (Fault::Boom, _) => (500, "oops"),
            (Fault::Overload, Family::Anthropic) => (529, "Overloaded"),
            (Fault::Overload, _) => (503, "Overloaded"),
            (Fault::TooLong, Family::Anthropic) => {
                (400, "prompt is too long: 9 tokens > 8 maximum")
            }
            (Fault::TooLong, Family::Gemini) => (
                400,
                "The input token count (9) exceeds the maximum number of tokens allowed (8)",
            ),
            (Fault::TooLong, _) => (400, "the input exceeds the context length"),
            (Fault::Bad, _) => (400, "no"),
        };
        let wait = match (fault, self.family) {
            (Fault::Limit(millis), Family::Azure) => Some(format!("retry-after-ms: {millis}")),
            (Fault::Limit(_), Family::Gemini) => None,
            (Fault::Limit(millis), _) => Some(format!("retry-after: {}", millis / 1000)),
            _ => None,
        };
        let headers: Vec<_> = wait.iter().map(String::as_str).collect();
        let reason = format!("{status} Refused");
        json(
            &reason,
            &headers,
            &self.complaint(fault, status, message).to_string(),
        )
    }

    fn complaint(&self, fault: Fault, status: u16, message: &str) -> Value {
        match self.family {
            Family::OpenAi => {
                let code = match fault {
                    Fault::Missing => "model_not_found",
                    Fault::WrongKey => "invalid_api_key",
                    Fault::Limit(_) => "rate_limit_exceeded",
                    Fault::Spend => "insufficient_quota",
                    Fault::TooLong => "context_length_exceeded",
                    Fault::Boom | Fault::Overload | Fault::Bad => "x",
                };
                json!({ "error": { "message": message, "type": "t", "param": null, "code": code } })
            }
            Family::Azure => {
                let code = match fault {
                    Fault::Missing => "DeploymentNotFound".to_owned(),
                    _ => status.to_string(),
                };
                json!({ "error": { "code": code, "message": message } })
            }
            Family::Plain | Family::Ollama => json!({ "error": message }),
            Family::Anthropic => {
                let kind = match fault {
                    Fault::Missing => "not_found_error",
                    Fault::WrongKey => "authentication_error",
                    Fault::Limit(_) | Fault::Spend => "rate_limit_error",
                    Fault::Boom => "api_error",
                    Fault::Overload => "overloaded_error",
                    Fault::TooLong | Fault::Bad => "invalid_request_error",
                };
                let mut error = json!({ "type": kind, "message": message });
                if fault == Fault::Spend {
                    error["details"] = json!({ "error_code": "enforced_spend_limit_reached" });
                }
                json!({ "type": "error", "error": error, "request_id": "req_1" })
            }
            Family::Gemini => {
                let details = match fault {
                    Fault::WrongKey => json!([{ "reason": "API_KEY_INVALID" }]),
                    Fault::Limit(millis) => {
                        json!([{ "retryDelay": format!("{}s", f64::from(millis) / 1000.0) }])
                    }
                    Fault::Spend => json!([{ "violations": [{ "quotaId": "RequestsPerDay" }] }]),
                    _ => json!([]),
                };
                let name = match status {
                    404 => "NOT_FOUND",
                    429 => "RESOURCE_EXHAUSTED",
                    500 => "INTERNAL",
                    503 => "UNAVAILABLE",
                    _ => "INVALID_ARGUMENT",
                };
                json!([{ "error": { "code": status, "message": message, "status": name, "details": details } }])
            }
        }
    }

    /// The parameters that models refuse now and then, each with where it stands in a question and the words of refusal.
    pub fn refused(&self) -> Vec<(&'static str, Vec<Act>)> {
        let openai = |name: &str| {
            json!({ "error": {
                "message": format!("Unsupported parameter: '{name}' is not supported with this model."),
                "type": "invalid_request_error", "param": name, "code": "unsupported_parameter",
            } })
        };
        let plain = |name: &str| json!({ "error": format!("{name} is not supported") });
        let limit = self.limit.trim_start_matches('/');
        let refused = match self.family {
            Family::OpenAi | Family::Azure => vec![
                (self.limit, openai(limit)),
                ("/temperature", openai("temperature")),
            ],
            Family::Plain => vec![
                (self.limit, plain(limit)),
                ("/temperature", plain("temperature")),
            ],
            Family::Anthropic => Vec::new(),
            Family::Gemini => {
                let message = "Invalid value at 'generation_config.temperature'";
                let error =
                    json!({ "code": 400, "message": message, "status": "INVALID_ARGUMENT" });
                vec![("/generationConfig/temperature", json!({ "error": error }))]
            }
            Family::Ollama => vec![(
                "/think",
                json!({ "error": "\"coder\" does not support thinking" }),
            )],
        };
        refused
            .into_iter()
            .map(|(place, body)| (place, json("400 Bad Request", &[], &body.to_string())))
            .collect()
    }

    /// The list of these models.
    pub fn list(&self, names: &[&str]) -> Vec<Act> {
        let body = match self.family {
            Family::OpenAi | Family::Azure | Family::Plain | Family::Anthropic => {
                let data: Vec<_> = names.iter().map(|name| json!({ "id": name })).collect();
                json!({ "data": data })
            }
            Family::Gemini => {
                let models: Vec<_> = names
                    .iter()
                    .map(|name| json!({ "name": format!("models/{name}") }))
                    .collect();
                json!({ "models": models })
            }
            Family::Ollama => {
                let models: Vec<_> = names
                    .iter()
                    .map(|name| json!({ "name": format!("{name}:latest") }))
                    .collect();
                json!({ "models": models })
            }
        };
        json("200 OK", &[], &body.to_string())
    }

    fn part(&self, body: &Value) -> Act {
        match self.family {
            Family::Ollama => Act::Send(format!("{body}\n").into_bytes()),
            _ => event(&body.to_string()),
        }
    }
}
