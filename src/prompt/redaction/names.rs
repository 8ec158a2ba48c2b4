//! Which names say that their value is a secret, and which values look like one.

/// How surely a name says that its value is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claim {
    /// It does not.
    None,
    /// It may: `token`, `auth`. The value has to look like a secret as well.
    Weak,
    /// It does: `password`, `api_key`.
    Strong,
}

/// Words that name a secret by themselves.
const STRONG: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "pwd",
    "passphrase",
    "passcode",
    "secret",
    "secrets",
    "apikey",
    "credential",
    "credentials",
    "privatekey",
    "secretkey",
    "accesskey",
    "authtoken",
    "accesstoken",
    "apitoken",
    "pgpassword",
];
/// Words that name a secret if they stand behind another word.
const STRONG_AFTER: &[&str] = &["pass", "pw"];
/// Words that make a secret of the `key` or `token` behind them.
const QUALIFIERS: &[&str] = &[
    "api",
    "access",
    "private",
    "secret",
    "auth",
    "encryption",
    "signing",
    "master",
    "account",
    "shared",
    "service",
    "crypt",
    "session",
    "license",
    "bearer",
    "bot",
    "refresh",
    "oauth",
    "oauth2",
    "id",
    "csrf",
    "webhook",
    "deploy",
    "github",
    "gitlab",
    "slack",
    "discord",
    "telegram",
    "stripe",
    "openai",
    "aws",
    "azure",
    "npm",
    "pypi",
    "hf",
];
/// Words that may name a secret.
const WEAK: &[&str] = &[
    "token",
    "auth",
    "authorization",
    "pass",
    "pw",
    "bearer",
    "cookie",
    "salt",
    "key",
    "hash",
    "dsn",
];
/// Last words of names of what only belongs to a secret.
const ABOUT: &[&str] = &[
    "name",
    "names",
    "file",
    "path",
    "dir",
    "url",
    "uri",
    "field",
    "fields",
    "type",
    "label",
    "prompt",
    "header",
    "param",
    "regex",
    "pattern",
    "format",
    "length",
    "len",
    "size",
    "min",
    "max",
    "count",
    "error",
    "errors",
    "message",
    "msg",
    "algorithm",
    "hashers",
    "hasher",
    "validator",
    "validators",
    "env",
    "var",
    "variable",
    "help",
    "doc",
    "text",
    "title",
    "description",
    "policy",
    "required",
    "placeholder",
    "hint",
    "class",
    "form",
    "view",
    "template",
    "index",
    "kind",
    "re",
    "prefix",
    "suffix",
    "separator",
];
/// Values that say that there is none.
const NOTHING: &[&str] = &[
    "none", "null", "true", "false", "string", "str", "bytes", "text", "required", "optional",
    "default", "invalid", "missing", "unknown", "disabled", "enabled", "empty", "utf-8", "utf8",
    "ascii",
];

/// What a name says of its value.
pub(super) fn claim(name: &str) -> Claim {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let last = words.last().copied().unwrap_or_default();
    if ABOUT.contains(&last) {
        return Claim::None;
    }
    let after_another = words.len() > 1;
    let qualified = words.windows(2).any(|pair| {
        matches!(pair, [word, "key" | "keys" | "token" | "tokens"] if QUALIFIERS.contains(word))
    });
    if qualified
        || words.iter().any(|word| STRONG.contains(word))
        || after_another && STRONG_AFTER.contains(&last)
    {
        return Claim::Strong;
    }
    if WEAK.contains(&last) {
        return Claim::Weak;
    }
    Claim::None
}

/// Whether a value is a secret, given what its name says.
pub(super) fn is_secret(value: &str, claim: Claim) -> bool {
    let value = value.trim();
    let lower = value.to_lowercase();
    if value.chars().count() < SHORTEST
        || super::formats::is_left_open(value)
        || NOTHING.contains(&lower.as_str())
    {
        return false;
    }
    let has_digit = value.contains(|character: char| character.is_ascii_digit());
    // `password = "Password: "` asks for one, and `key = "api_key"` names one.
    let speaks_of_it = words(value)
        .iter()
        .any(|word| STRONG.contains(&word.as_str()) || word == "token" || word == "key");
    if speaks_of_it && (value.contains(char::is_whitespace) || !has_digit) {
        return false;
    }
    match claim {
        Claim::None => false,
        Claim::Weak => is_random(value, LEAST_WEAK),
        Claim::Strong => true,
    }
}

/// Shortest value that is kept secret.
const SHORTEST: usize = 4;
/// Shortest value of a name that only may be that of a secret.
const LEAST_WEAK: usize = 8;

/// Whether a value looks like nothing that a person would call something: without blanks, at least `least` characters,
/// letters and digits or both cases in disorder.
pub(super) fn is_random(value: &str, least: usize) -> bool {
    let count = |is: fn(char) -> bool| value.chars().filter(|character| is(*character)).count();
    let digits = count(|character| character.is_ascii_digit());
    let upper = count(|character| character.is_uppercase());
    let lower = count(|character| character.is_lowercase());
    let is_plain =
        |character: char| !character.is_whitespace() && !matches!(character, '(' | ')' | '{' | '}');
    value.chars().count() >= least
        && value.chars().all(is_plain)
        && (digits >= 2 && digits + upper + lower > digits
            || upper >= 3 && lower >= 3 && value.len() >= 2 * LEAST_WEAK)
}

/// A name's words in lower case: `db-Password`, `dbPassword` and `DB_PASSWORD` have the same.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for character in name.chars() {
        let is_new = !character.is_alphanumeric() || was_lower && character.is_uppercase();
        if is_new {
            words.push(String::new());
        }
        if let (Some(word), true) = (words.last_mut(), character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
        was_lower = character.is_lowercase() || character.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        for name in [
            "password",
            "DB_PASSWORD",
            "dbPassword",
            "X-Api-Key",
            "aws_secret_access_key",
            "client_secret",
            "SECRET_KEY",
            "github_token",
            "smtp_pass",
            "credentials",
            "self.api_key",
            "PGPASSWORD",
        ] {
            assert_eq!(claim(name), Claim::Strong, "{name}");
        }
        for name in ["token", "close_token", "Authorization", "pass", "key"] {
            assert_eq!(claim(name), Claim::Weak, "{name}");
        }
        for name in [
            "x",
            "password_field",
            "passenger",
            "tokenizer",
            "keyboard",
            "secret_name",
            "author",
        ] {
            assert_eq!(claim(name), Claim::None, "{name}");
        }
    }

    #[test]
    fn values_are_told_apart() {
        for value in ["hunter2", "correct horse battery", "s3cr3t-token", "test"] {
            assert!(is_secret(value, Claim::Strong), "{value}");
        }
        for value in [
            "",
            "abc",
            "Enter your password: ",
            "api_key",
            "{password}",
            "None",
            "****",
            "X-Api-Key",
        ] {
            assert!(!is_secret(value, Claim::Strong), "{value}");
        }
        for (value, expected) in [
            ("COMMA", false),
            ("number", false),
            ("a1b2c3d4e5", true),
            ("the third 33", false),
        ] {
            assert_eq!(is_secret(value, Claim::Weak), expected, "{value}");
        }
    }
}
