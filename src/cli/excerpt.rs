//! A finding as a person reads it on a terminal: place, code, message, the lines, a caret, the best fix.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar as _;

use super::output::Places;
use crate::diagnose::Severity;
use crate::engine::HealedFinding;
use crate::text::Span;

/// Columns of a tab.
const TAB: usize = 4;

/// Most columns of source that are shown.
const WIDTH: usize = 120;

const BOLD: Style = Style::new().bold();
const CODE: Style = Style::new()
    .bold()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const WARNING: Style = Style::new()
    .bold()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));
const FRAME: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Blue)));
const HELP: Style = Style::new()
    .bold()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));

/// Renders one finding; ends with an empty line.
pub fn excerpt(path: &str, text: &str, places: &Places<'_>, healed: &HealedFinding) -> String {
    let finding = &healed.finding;
    let place = places.at(finding.span.start);
    let code = match finding.severity {
        Severity::Error => CODE,
        Severity::Warning => WARNING,
    };
    let mut out = format!(
        "{BOLD}{}{BOLD:#}:{}:{}: {code}{}{code:#} {}\n",
        harmless(path),
        place.line,
        place.column,
        finding.code,
        harmless(&finding.message),
    );
    let line = place.line as usize - 1;
    let source = places.index().line_text(text, line);
    let start = places.index().line_start(line).unwrap_or_default();
    let from = finding.span.start.saturating_sub(start).min(source.len());
    let to = finding
        .span
        .end
        .saturating_sub(start)
        .clamp(from, source.len());
    let (shown, before, marked) = window(source, Span::new(from, to));
    let number = place.line.to_string();
    let margin = " ".repeat(number.len());
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{margin} {FRAME}|{FRAME:#}");
    let _ = writeln!(out, "{FRAME}{number} |{FRAME:#} {shown}");
    let _ = writeln!(
        out,
        "{margin} {FRAME}|{FRAME:#} {}{code}{}{code:#}",
        " ".repeat(before),
        "^".repeat(marked.max(1)),
    );
    for related in &finding.related {
        let place = places.at(related.span.start);
        let _ = writeln!(
            out,
            "{margin} {FRAME}={FRAME:#} {BOLD}note{BOLD:#}: {}:{}: {}",
            place.line,
            place.column,
            harmless(&related.message)
        );
    }
    if let Some(fix) = healed.fixes.first() {
        let _ = writeln!(
            out,
            "{margin} {FRAME}={FRAME:#} {HELP}help{HELP:#}: {}",
            harmless(&fix.title())
        );
    }
    out.push('\n');
    out
}

/// The part of a line that shows `span`, the columns before it and the columns that it covers.
fn window(line: &str, span: Span) -> (String, usize, usize) {
    let columns = |text: &str| text.chars().map(width).sum::<usize>();
    let before = columns(line.get(..span.start).unwrap_or_default());
    let marked = columns(span.of(line));
    // The mistake stays in sight in a line that is too long to show.
    let skip = if before + marked.max(1) > WIDTH {
        before.saturating_sub(WIDTH / 2)
    } else {
        0
    };
    let mut shown = String::new();
    let (mut column, mut cut) = (0, 0);
    for character in line.chars() {
        let wide = width(character);
        if column < skip {
            cut = column + wide;
        } else if column + wide > skip + WIDTH {
            shown.push('…');
            break;
        } else {
            push(&mut shown, character);
        }
        column += wide;
    }
    let (ellipsis, lead) = if cut > 0 { ("…", 1) } else { ("", 0) };
    let before = before - cut + lead;
    let marked = marked.min((WIDTH + lead).saturating_sub(before));
    (format!("{ellipsis}{shown}"), before, marked)
}

fn width(character: char) -> usize {
    match character {
        '\t' => TAB,
        control if control.is_control() => 1,
        _ => character.width().unwrap_or(1),
    }
}

/// A text that cannot steer a terminal: control characters are shown as `·`.
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        push(&mut shown, character);
    }
    shown
}

fn push(shown: &mut String, character: char) {
    match character {
        '\t' => shown.push_str("    "),
        // Also the marks that reorder what is read: U+202A to U+202E and U+2066 to U+2069.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
        control if control.is_control() => shown.push('·'),
        character => shown.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::Finding;
    use crate::taxonomy::Code;

    fn plain(text: &str, span: Span) -> String {
        let healed = HealedFinding {
            finding: Finding {
                code: Code::new("SYN.TEST"),
                construct: None,
                span,
                message: "it is wrong".to_owned(),
                severity: Severity::Error,
                related: Vec::new(),
            },
            fixes: Vec::new(),
        };
        let styled = excerpt("a\u{1b}[2J.py", text, &Places::new(text), &healed);
        anstream::adapter::strip_str(&styled).to_string()
    }

    #[test]
    fn the_caret_stands_under_the_mistake_whatever_the_width() {
        insta::assert_snapshot!(plain("x = 1\n\t字é = [\n", Span::new(13, 14)), @r"
    a·[2J.py:2:5: SYN.TEST it is wrong
      |
    2 |     字é = [
      |         ^
    ");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mistake() {
        let text = format!("{}!{}\n", "a".repeat(500), "b".repeat(500));
        let shown = plain(&text, Span::new(500, 501));
        let lines: Vec<_> = shown.lines().collect();
        let caret = lines[3].find('^').expect("a caret");
        assert_eq!(lines[2].chars().nth(caret), Some('!'), "{shown}");
        assert!(lines[2].chars().count() < 140, "{shown}");
    }

    #[test]
    fn any_span_of_any_line_is_shown_without_panic() {
        let text = "é\r\u{0}字\n";
        for start in 0..=text.len() + 2 {
            for end in start..=text.len() + 2 {
                assert!(plain(text, Span::new(start, end)).contains("SYN.TEST"));
            }
        }
    }
}
