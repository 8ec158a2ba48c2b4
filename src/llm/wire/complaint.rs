//! Errors as servers word them. All protocols are read by one function: gateways mix their shapes.

use serde_json::Value;

/// An error as a server words it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::llm) struct Complaint {
    /// For people.
    pub message: String,
    /// Every name that the server gives it, in lower case, separated by blanks.
    pub names: String,
    /// The parameter concerned.
    pub parameter: Option<String>,
    /// The HTTP status that the body repeats.
    pub status: Option<u16>,
    /// What the body asks to wait, in milliseconds.
    pub wait: Option<u64>,
}

/// What a body complains of, if it is a complaint.
pub(in crate::llm) fn complaint(body: &Value) -> Option<Complaint> {
    // Gemini wraps a complaint in a list when the answer would have been one.
    let body = body
        .as_array()
        .map_or(Some(body), |list| list.first())
        .filter(|body| body.is_object())?;
    let error = match body.get("error").filter(|error| !error.is_null()) {
        Some(error) => error,
        // vLLM.
        None if body.get("object")? == "error" => body,
        None => return None,
    };
    if let Some(message) = error.as_str() {
        return Some(Complaint {
            message: message.to_owned(),
            ..Complaint::default()
        });
    }
    let text = |path: &str| error.pointer(path).and_then(Value::as_str);
    let details = error.get("details").and_then(Value::as_array);
    let details = || details.into_iter().flatten();
    let mut names: Vec<&str> = [
        "/type",
        "/code",
        "/status",
        "/innererror/code",
        "/details/error_code",
    ]
    .into_iter()
    .filter_map(text)
    .chain(details().filter_map(|detail| detail.get("reason")?.as_str()))
    .collect();
    let message = text("/message").unwrap_or("no reason given");
    let quotas: Vec<&str> = details()
        .filter_map(|detail| detail.get("violations")?.as_array())
        .flatten()
        .filter_map(|violation| violation.get("quotaId")?.as_str())
        .collect();
    // Gemini calls the limit of a minute and the end of the credit by one name.
    let is_spent = if quotas.is_empty() {
        names.contains(&"RESOURCE_EXHAUSTED") && message.contains("quota")
    } else {
        quotas.iter().any(|quota| !quota.contains("PerMinute"))
    };
    if is_spent {
        names.push("insufficient_quota");
    }
    let status = match error.get("code") {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(code)) => code.parse().ok(),
        _ => None,
    };
    let wait = details()
        .filter_map(|detail| detail.get("retryDelay")?.as_str())
        .find_map(|delay| delay.strip_suffix('s')?.parse::<f64>().ok());
    Some(Complaint {
        message: message.to_owned(),
        names: names.join(" ").to_lowercase(),
        parameter: text("/param").map(str::to_owned),
        status: status.and_then(|status| u16::try_from(status).ok()),
        wait: wait.and_then(|seconds| super::super::retry::to_millis(seconds * 1000.0)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(body: &str) -> Complaint {
        let body = serde_json::from_str(body).expect("JSON");
        complaint(&body).expect("a complaint")
    }

    #[test]
    fn complaints_come_in_every_shape() {
        assert_eq!(check(r#"{"error":"no"}"#).message, "no");
        assert_eq!(check(r#"{"error":{}}"#).message, "no reason given");
        let openai = check(r#"{"error":{"message":"m","type":"A_b","param":"p","code":"C"}}"#);
        assert_eq!(openai.names, "a_b c");
        assert_eq!(openai.parameter.as_deref(), Some("p"));
        assert_eq!(
            check(r#"{"error":{"code":503,"message":"m"}}"#).status,
            Some(503)
        );
        assert_eq!(
            check(r#"{"error":{"code":"429","message":"m"}}"#).status,
            Some(429)
        );
        let vllm = check(r#"{"object":"error","message":"m","type":"NotFoundError","code":404}"#);
        assert_eq!((vllm.message.as_str(), vllm.status), ("m", Some(404)));
        for body in [
            json!({ "error": null }),
            json!({ "object": "list" }),
            json!([]),
            json!([7]),
            json!("error"),
        ] {
            assert_eq!(complaint(&body), None, "{body}");
        }
    }

    #[test]
    fn what_stands_in_the_details_is_read() {
        let anthropic = check(
            r#"{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}"#,
        );
        assert_eq!(
            anthropic.names,
            "rate_limit_error enforced_spend_limit_reached"
        );
        let azure = check(
            r#"{"error":{"code":"content_filter","message":"m","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
        );
        assert_eq!(azure.names, "content_filter responsibleaipolicyviolation");
        let key = check(
            r#"[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#,
        );
        assert_eq!(key.names, "invalid_argument api_key_invalid");
    }

    #[test]
    fn gemini_says_by_the_name_of_the_quota_whether_waiting_helps() {
        let exhausted = |message: &str, details: Value| {
            let body = json!([{ "error": { "code": 429, "message": message, "status": "RESOURCE_EXHAUSTED", "details": details } }]);
            let complaint = complaint(&body).expect("a complaint");
            (complaint.names.contains("quota"), complaint.wait)
        };
        let quota =
            |id: &str| json!([{ "violations": [{ "quotaId": id }] }, { "retryDelay": "2.5s" }]);
        let says = "You exceeded your current quota";
        assert_eq!(
            exhausted(says, quota("GenerateRequestsPerMinutePerProject")),
            (false, Some(2500))
        );
        assert_eq!(
            exhausted(says, quota("GenerateRequestsPerDayPerProject")),
            (true, Some(2500))
        );
        assert_eq!(
            exhausted("slow", json!([{ "retryDelay": "2s" }])),
            (false, Some(2000))
        );
        assert_eq!(exhausted(says, json!([])), (true, None));
    }
}
