use super::change::{similarity, tokens};

/// Most pieces of code that are taken from one answer.
const MOST_PIECES: usize = 3;
/// How alike a line must be to one of the question's for it to count as code and not as talk.
const LIKE_CODE: f64 = 0.5;
/// What chat templates leave behind when a model runs on.
const LEFTOVERS: &[&str] = &[
    "<|im_end|>",
    "<|im_start|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "</s>",
    "<|end|>",
];

/// The pieces of an answer that may be the mended `snippet`, likeliest first.
///
/// Models fence their code even when they are told not to, and talk before and after it. Any text is taken: what is not
/// code falls through the proof.
pub fn code_in_answer(answer: &str, snippet: &str) -> Vec<String> {
    let answer = without_thoughts(answer);
    let answer = LEFTOVERS
        .iter()
        .filter_map(|leftover| answer.find(leftover))
        .min()
        .and_then(|end| answer.get(..end))
        .unwrap_or(answer);
    let mut pieces = fenced(answer);
    if pieces.is_empty() {
        pieces = unfenced(answer, snippet);
    }
    pieces.retain(|piece| !piece.trim().is_empty());
    // Repeating the question is not answering it; it comes last, because it may be all there is.
    let rank = |piece: &String| (piece.trim() != snippet.trim(), similarity(piece, snippet));
    pieces.sort_by(|left, right| {
        rank(right)
            .partial_cmp(&rank(left))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    pieces.dedup();
    pieces.truncate(MOST_PIECES);
    pieces
}

/// What follows a model's thinking; thinking that never ends leaves nothing.
fn without_thoughts(answer: &str) -> &str {
    match (answer.rfind("</think>"), answer.find("<think>")) {
        (Some(end), _) => answer.get(end + "</think>".len()..).unwrap_or_default(),
        (None, Some(start)) => answer.get(..start).unwrap_or_default(),
        (None, None) => answer,
    }
}

/// The contents of all fenced blocks. The last one may lack its end: the answer was cut off.
fn fenced(answer: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, Vec<&str>)> = None;
    for line in answer.lines() {
        let trimmed = line.trim();
        open = match open {
            None => fence_of(trimmed).map(|fence| (fence, Vec::new())),
            Some((fence, content)) if trimmed.starts_with(fence) && fence_only(trimmed) => {
                blocks.push(content.join("\n"));
                None
            }
            Some((fence, mut content)) => {
                content.push(line);
                Some((fence, content))
            }
        };
    }
    if let Some((_, content)) = open {
        blocks.push(content.join("\n"));
    }
    blocks
}

/// The marks that a line opens a block with (CommonMark 0.31, 4.5).
fn fence_of(line: &str) -> Option<&str> {
    ['`', '~'].into_iter().find_map(|mark| {
        let marks = line.len() - line.trim_start_matches(mark).len();
        let label = line.get(marks..)?;
        (marks >= 3 && !label.contains('`')).then(|| line.get(..marks))?
    })
}

fn fence_only(line: &str) -> bool {
    line.trim_matches('`').is_empty() || line.trim_matches('~').is_empty()
}

/// The code between the talk, and the whole answer.
fn unfenced(answer: &str, snippet: &str) -> Vec<String> {
    let lines: Vec<&str> = answer.lines().collect();
    let known: Vec<&str> = snippet
        .lines()
        .filter(|line| !tokens(line).is_empty())
        .collect();
    let is_code = |line: &&str| {
        known
            .iter()
            .any(|known| similarity(known, line) >= LIKE_CODE)
    };
    let first = lines.iter().position(&is_code);
    let last = lines.iter().rposition(is_code);
    let between = first
        .zip(last)
        .and_then(|(first, last)| lines.get(first..=last))
        .map(|lines| lines.join("\n"));
    let whole = lines.join("\n");
    let mut pieces: Vec<String> = between.into_iter().collect();
    let inline = whole.trim();
    if let Some(code) = inline
        .strip_prefix('`')
        .and_then(|rest| rest.strip_suffix('`'))
    {
        pieces.push(code.to_owned());
    }
    pieces.push(whole);
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SNIPPET: &str = "def area(w, h)\n    return w * h\n";
    const MENDED: &str = "def area(w, h):\n    return w * h";

    fn check(answer: &str) {
        let pieces = code_in_answer(answer, SNIPPET);
        assert_eq!(
            pieces.first().map(String::as_str),
            Some(MENDED),
            "{answer:?}"
        );
    }

    #[test]
    fn code_is_found_however_it_is_wrapped() {
        check(MENDED);
        check(&format!("```python\n{MENDED}\n```"));
        check(&format!(
            "Sure! Here it is:\n\n```py\n{MENDED}\n```\nI added a colon.\n"
        ));
        check(&format!("```\n{MENDED}"));
        check(&format!("~~~~ python\n{MENDED}\n~~~~"));
        check(&format!(
            "Here is the code:\n{MENDED}\nI hope that this helps you with it!"
        ));
        check(&format!(
            "<think>\nfence?\n```\nno\n```\n</think>\n{MENDED}"
        ));
        check(&format!("{MENDED}<|im_end|>\n<|im_start|>user"));
    }

    #[test]
    fn of_several_blocks_the_changed_one_comes_first() {
        check(&format!(
            "This is wrong:\n```\n{SNIPPET}```\nThis is right:\n```\n{MENDED}\n```"
        ));
        check(&format!(
            "```\n{MENDED}\n```\nRun it:\n```sh\npython area.py\n```"
        ));
    }

    #[test]
    fn one_line_may_be_quoted() {
        assert_eq!(code_in_answer("`x = [1, 2]`", "x = [1, 2")[0], "x = [1, 2]");
    }

    #[test]
    fn indentation_of_the_first_line_is_kept() {
        assert_eq!(
            code_in_answer("```\n    x = 1\n```", "    x = \n"),
            ["    x = 1"]
        );
        assert_eq!(code_in_answer("    x = 1", "    x = \n")[0], "    x = 1");
    }

    #[test]
    fn nothing_comes_of_nothing() {
        for answer in ["", " \n ", "```\n```", "<think>hm", "```python"] {
            assert_eq!(code_in_answer(answer, SNIPPET), [""; 0], "{answer:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_answer(answer in "(```|~~~|`|<think>|</think>|def area|\\PC|\n|\r| ){0,40}", snippet in "\\PC{0,20}") {
            let pieces = code_in_answer(&answer, &snippet);
            prop_assert!(pieces.len() <= MOST_PIECES);
            prop_assert!(pieces.iter().all(|piece| !piece.trim().is_empty()));
        }
    }
}
