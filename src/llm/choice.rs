//! Which of the models that a server lists is asked.

/// Parts of the names of models that cannot chat.
const NOT_FOR_CHAT: &[&str] = &[
    "embed",
    "rerank",
    "bge-",
    "whisper",
    "tts",
    "moderation",
    "clip",
    "dall-e",
    "image",
];

/// Most names that a message repeats.
const MOST_NAMES: usize = 5;

/// The model that is used out of those that the server lists: the `wanted` one, or the first that can chat where `wanted`
/// is empty. The error says what is missing, and what is there; it follows an address in a sentence.
pub(super) fn choose<'listed>(
    listed: &'listed [String],
    wanted: &str,
) -> Result<&'listed str, String> {
    let chosen = if wanted.is_empty() {
        listed.iter().find(|name| can_chat(name))
    } else {
        listed.iter().find(|name| means(wanted, name))
    };
    chosen.map(String::as_str).ok_or_else(|| {
        let there = names(listed);
        if wanted.is_empty() {
            format!("there is no model that can chat (there are: {there})")
        } else {
            format!("there is no model '{wanted}' (there are: {there})")
        }
    })
}

/// Whether `wanted` is the model that is listed as `name`. Ollama's tag `latest` may be left out.
pub(super) fn means(wanted: &str, name: &str) -> bool {
    name == wanted || name.strip_suffix(":latest") == Some(wanted)
}

fn can_chat(name: &str) -> bool {
    let name = name.to_lowercase();
    !NOT_FOR_CHAT.iter().any(|part| name.contains(part))
}

fn names(listed: &[String]) -> String {
    if listed.is_empty() {
        return "none".to_owned();
    }
    let mut shown: Vec<_> = listed.iter().take(MOST_NAMES).map(String::as_str).collect();
    let more = format!("{} more", listed.len().saturating_sub(MOST_NAMES));
    if listed.len() > MOST_NAMES {
        shown.push(&more);
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_wanted_model_is_chosen_or_else_the_first_that_can_chat() {
        let listed = list(&[
            "text-embedding-nomic-embed-text-v1.5",
            "qwen2.5-coder-7b-instruct",
            "phi:latest",
        ]);
        assert_eq!(choose(&listed, ""), Ok("qwen2.5-coder-7b-instruct"));
        assert_eq!(choose(&listed, "phi"), Ok("phi:latest"));
        assert_eq!(choose(&listed, "phi:latest"), Ok("phi:latest"));
    }

    #[test]
    fn what_is_missing_is_said_with_what_is_there() {
        let listed = list(&["a", "b", "c", "d", "e", "f", "g"]);
        assert_eq!(
            choose(&listed, "x"),
            Err("there is no model 'x' (there are: a, b, c, d, e, 2 more)".to_owned())
        );
        assert_eq!(
            choose(&[], "x"),
            Err("there is no model 'x' (there are: none)".to_owned())
        );
        assert_eq!(
            choose(&list(&["nomic-embed"]), ""),
            Err("there is no model that can chat (there are: nomic-embed)".to_owned())
        );
    }
}
