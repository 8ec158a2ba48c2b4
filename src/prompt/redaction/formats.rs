//! Secrets that can be told by their form, one format to a row.

use std::sync::OnceLock;

use regex::Regex;

use super::Found;
use crate::text::Span;

/// What a format is called, and what it looks like. Where a pattern has a group, the group is the secret.
type Row = (&'static str, &'static str);

/// Every piece of `text` that has the form of a secret, in no order; they may overlap.
pub(super) fn find(text: &str) -> impl Iterator<Item = Found> + '_ {
    patterns().iter().flat_map(move |(kind, pattern)| {
        pattern.captures_iter(text).filter_map(move |captures| {
            let found = captures.get(1).or_else(|| captures.get(0))?;
            let span = Span::new(found.start(), found.end());
            (!is_left_open(span.of(text))).then_some(Found { span, kind })
        })
    })
}

/// Whether a value is filled in by the program: `{password}`, `%s`, `$PASSWORD`, `<password>`, `***`.
pub(super) fn is_left_open(value: &str) -> bool {
    static OPEN: OnceLock<Option<Regex>> = OnceLock::new();
    let open =
        OPEN.get_or_init(|| Regex::new(r"^(?:\{[^{}]*\}|<[^<>]*>|\$\{?\w+\}?|%s|%\(\w+\)s)$").ok());
    let value = value.trim();
    !value.contains(char::is_alphanumeric) || open.as_ref().is_some_and(|open| open.is_match(value))
}

fn patterns() -> &'static [(&'static str, Regex)] {
    static PATTERNS: OnceLock<Vec<(&'static str, Regex)>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let compiled = FORMATS
            .iter()
            .map(|(kind, pattern)| Some((*kind, Regex::new(pattern).ok()?)));
        compiled.flatten().collect()
    })
}

/// The formats that services document for their tokens. Where a length varies, the shortest counts.
const FORMATS: &[Row] = &[
    // Clouds.
    (
        "AWS access key",
        r"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b",
    ),
    (
        "AWS secret key",
        r#"(?i)aws.{0,40}?["'=:\s]([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"#,
    ),
    ("AWS marketplace token", r"\bamzn\.mws\.[0-9a-f-]{36}"),
    ("AWS Bedrock key", r"\bABSK[A-Za-z0-9+/]{80,}={0,2}"),
    ("Google API key", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("Google OAuth secret", r"\bGOCSPX-[0-9A-Za-z_-]{24,}"),
    ("Google OAuth token", r"\bya29\.[0-9A-Za-z_-]{20,}"),
    ("Google refresh token", r"\b1//0[0-9A-Za-z_-]{30,}"),
    (
        "Azure storage key",
        r"(?i)AccountKey=([A-Za-z0-9+/]{60,}={0,2})",
    ),
    (
        "Azure shared key",
        r"(?i)SharedAccessKey=([A-Za-z0-9+/]{30,}={0,2})",
    ),
    ("Azure signature", r"[?&]sig=([A-Za-z0-9%+/=_-]{30,})"),
    (
        "Azure client secret",
        r"\b[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}",
    ),
    (
        "Azure DevOps token",
        r"\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b",
    ),
    ("Alibaba Cloud key", r"\bLTAI[A-Za-z0-9]{12,}\b"),
    ("DigitalOcean token", r"\bdo[opr]_v1_[0-9a-f]{64}"),
    ("Heroku key", r"\bHRKU-[A-Za-z0-9_-]{36,}"),
    ("Cloudflare key", r"\bv1\.0-[0-9a-f]{24}-[0-9a-f]{100,}"),
    ("Netlify token", r"\bnf[pcou]_[A-Za-z0-9]{36,}"),
    (
        "Terraform token",
        r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}",
    ),
    ("Pulumi token", r"\bpul-[0-9a-f]{40}"),
    ("Vault token", r"\bhv[sbr]\.[A-Za-z0-9_-]{24,}"),
    (
        "Doppler token",
        r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9.]{40,}",
    ),
    (
        "PlanetScale token",
        r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9._-]{32,}",
    ),
    ("Supabase token", r"\bsb(?:p|_secret)_[A-Za-z0-9_-]{20,}"),
    ("Databricks token", r"\bdapi[0-9a-f]{32}(?:-[0-9])?"),
    // Code and packages.
    ("GitHub personal token", r"\bghp_[A-Za-z0-9]{36,}"),
    ("GitHub OAuth token", r"\bgho_[A-Za-z0-9]{36,}"),
    ("GitHub user token", r"\bghu_[A-Za-z0-9]{36,}"),
    ("GitHub server token", r"\bghs_[A-Za-z0-9]{36,}"),
    ("GitHub refresh token", r"\bghr_[A-Za-z0-9]{36,}"),
    (
        "GitHub fine-grained token",
        r"\bgithub_pat_[A-Za-z0-9_]{60,}",
    ),
    (
        "GitLab token",
        r"\bgl(?:pat|ptt|dt|rt|soat|cbt|ft|imt|agent|oas)-[A-Za-z0-9_.-]{20,}",
    ),
    ("GitLab runner token", r"\bGR1348941[A-Za-z0-9_-]{20,}"),
    ("Bitbucket token", r"\bATBB[A-Za-z0-9]{32}"),
    ("Atlassian token", r"\bATATT3[A-Za-z0-9_=-]{60,}"),
    ("npm token", r"\bnpm_[A-Za-z0-9]{36}"),
    ("PyPI token", r"\bpypi-[A-Za-z0-9_-]{50,}"),
    ("RubyGems token", r"\brubygems_[0-9a-f]{48}"),
    ("Docker token", r"\bdckr_[po]at_[A-Za-z0-9_-]{24,}"),
    ("Postman key", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    // Models.
    ("Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    (
        "OpenAI key",
        r"\bsk-(?:proj-|svcacct-|admin-|None-|or-v1-)?[A-Za-z0-9_-]{20,}",
    ),
    ("Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
    ("Groq key", r"\bgsk_[A-Za-z0-9]{40,}"),
    ("xAI key", r"\bxai-[A-Za-z0-9]{40,}"),
    ("Perplexity key", r"\bpplx-[A-Za-z0-9]{40,}"),
    ("Replicate token", r"\br8_[A-Za-z0-9]{37}"),
    // Messages.
    ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("Slack app token", r"\bxapp-[0-9]-[A-Za-z0-9-]{20,}"),
    (
        "Slack webhook",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/+_-]{20,})",
    ),
    (
        "Discord token",
        r"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}",
    ),
    (
        "Discord webhook",
        r"discord(?:app)?\.com/api/webhooks/([0-9]+/[A-Za-z0-9_-]{40,})",
    ),
    ("Telegram token", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}"),
    ("Twilio key", r"\b(?:SK|AC)[0-9a-f]{32}\b"),
    (
        "SendGrid key",
        r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    ),
    ("Mailgun key", r"\bkey-[0-9a-f]{32}\b"),
    ("Mailchimp key", r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    // Payments and shops.
    ("Stripe key", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    ("Stripe webhook secret", r"\bwhsec_[A-Za-z0-9+/=]{24,}"),
    (
        "Square token",
        r"\b(?:sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{56,})",
    ),
    ("Shopify token", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    (
        "PayPal token",
        r"\baccess_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}",
    ),
    // Work.
    (
        "Notion token",
        r"\b(?:secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{40,})",
    ),
    ("Linear key", r"\blin_(?:api|oauth)_[A-Za-z0-9]{32,}"),
    ("Sentry token", r"\bsntry[su]_[A-Za-z0-9+/=_-]{40,}"),
    (
        "Sentry address",
        r"https://([0-9a-f]{32}(?::[0-9a-f]{32})?)@[A-Za-z0-9.-]*sentry",
    ),
    (
        "Grafana token",
        r"\bgl(?:sa_[A-Za-z0-9]{32}_[0-9a-f]{8}|c_[A-Za-z0-9+/=]{32,})",
    ),
    ("New Relic key", r"\bNRAK-[A-Z0-9]{27}"),
    (
        "Datadog key",
        r#"(?i)(?:dd|datadog).{0,20}?["'=:\s]([0-9a-f]{32}|[0-9a-f]{40})\b"#,
    ),
    ("Figma token", r"\bfigd_[A-Za-z0-9_-]{38,}"),
    ("Airtable token", r"\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    ("Dropbox token", r"\bsl\.[A-Za-z0-9_-]{60,}"),
    ("Facebook token", r"\bEAA[A-Za-z0-9]{80,}"),
    ("1Password token", r"\bops_eyJ[A-Za-z0-9_-]{40,}"),
    // What is no service's own.
    (
        "JSON web token",
        r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
    ),
    (
        "private key",
        r#"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----((?:[^"'-]|-[^-])+)"#,
    ),
    (
        "private key",
        r#"PuTTY-User-Key-File[^"']*?Private-Lines: [0-9]+\s+([^"']+)"#,
    ),
    ("age key", r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,}"),
    (
        "password in an address",
        r#"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@"'<>]*:([^\s/@"'{}<>]+)@"#,
    ),
    (
        "password in a connection string",
        r#"(?i)[;"'?&\s](?:password|passwd|pwd|accountkey|sharedaccesskey|sharedsecretkey|api[_-]?key|apikey|access[_-]?token|auth[_-]?token|client[_-]?secret|secret)=([^;&"'\s{}<>%$()\[\],]{4,})[;&"']"#,
    ),
    (
        "bearer token",
        r#"(?i)\bbearer\s+([A-Za-z0-9._~+/-]{16,}={0,2})"#,
    ),
    (
        "basic authorization",
        r#"(?i)["':]\s*basic\s+((?-i:[A-Za-z0-9+/][a-z+/]*[A-Z0-9][A-Za-z0-9+/]{6,}={0,2}))["'\s]"#,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        for (kind, pattern) in FORMATS {
            assert!(Regex::new(pattern).is_ok(), "{kind}");
        }
        assert!(FORMATS.len() >= 30);
    }

    #[test]
    fn what_the_program_fills_in_is_no_secret() {
        for open in [
            "{password}",
            "%s",
            "%(pw)s",
            "$PASSWORD",
            "${PW}",
            "<your key>",
            "****",
        ] {
            assert!(is_left_open(open), "{open}");
        }
        assert!(!is_left_open("hunter2") && !is_left_open("%7Bx%2F9"));
    }
}
