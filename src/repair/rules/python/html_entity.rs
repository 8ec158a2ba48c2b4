//! `if a &lt; b:`: signs as a web page spells them in its source.

use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "html_entity";

/// How web pages spell what code is written with.
const ENTITIES: [(&str, &str); 7] = [
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&nbsp;", " "),
];

/// Proposes to write all of them as what they stand for, as far as they are no part of a string or comment.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let mut found: Vec<(Span, &str)> = Vec::new();
    for token in &site.layout.tokens {
        let start = token.span.start;
        if matches!(token.kind, TokenKind::String { .. } | TokenKind::Comment)
            || site.str(token) != "&"
        {
            continue;
        }
        let rest = site.text.get(start..).unwrap_or("");
        let entity = ENTITIES
            .iter()
            .find(|(spelled, _)| rest.starts_with(spelled));
        if let Some((spelled, sign)) = entity {
            found.push((Span::new(start, start + spelled.len()), sign));
        }
    }
    let (Some((first, sign)), near) = (found.first(), site.suspect_tokens()) else {
        return;
    };
    let is_near = |span: &Span| {
        let token = site
            .layout
            .tokens
            .partition_point(|token| token.span.end <= span.start);
        near.contains(&token)
    };
    if !found.iter().any(|(span, _)| is_near(span)) {
        return;
    }
    let edits = found
        .iter()
        .map(|(span, sign)| Edit::replace(*span, *sign))
        .collect();
    let spelled = first.of(site.text);
    out.push(
        Proposal::new(RULE, Code::new("SYN.PASTED_TEXT"), 3, *first, edits)
            .message(format!(
                "'{spelled}' is how a web page spells '{sign}': write the sign itself"
            ))
            .title(format!("Write '{sign}' for '{spelled}'")),
    );
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn signs_are_written_as_themselves() {
        check(
            "if size &lt; 3 and size &gt;= 1:\n    print('&amp;')\n",
            &["SYN.PASTED_TEXT"],
            "if size < 3 and size >= 1:\n    print('&amp;')\n",
        );
    }
}
