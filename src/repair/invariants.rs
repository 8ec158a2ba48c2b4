//! What must hold for every text, however broken.

use proptest::prelude::*;

use super::costs::CostModel;
use super::{Examination, examine};
use crate::diagnose::Severity;
use crate::lang::python::{Version, tokenize};
use crate::text::{Span, apply};

const VERSION: Version = Version {
    major: 3,
    minor: 13,
};

const PROGRAMS: [&str; 4] = [
    "import os\n\n\ndef walk(top, depth=0):\n    for name in os.listdir(top):\n        path = os.path.join(top, name)\n        if os.path.isdir(path):\n            walk(path, depth + 1)\n        else:\n            print('  ' * depth, name)\n",
    "class Stack:\n    \"\"\"Last in, first out.\"\"\"\n\n    def __init__(self):\n        self.items = []\n\n    def pop(self):\n        try:\n            return self.items.pop()\n        except IndexError as error:\n            raise LookupError(f\"empty: {error!r}\") from None\n",
    "rows = [\n    {\"name\": \"a\", \"size\": 1},\n    {\"name\": \"b\", \"size\": 2},\n]\ntotal = sum(row[\"size\"] for row in rows if row[\"name\"] != 'c')\nprint(\"total %d\" % total)\n",
    "async def fetch(urls):\n    async with session() as s:\n        return [await s.get(u) for u in urls]\n\n\nmatch = lambda x, *y, **z: x if y else z\nwhile match(1): break\n",
];

/// How many mistakes make Python reject the text; names are looked at only where there are none.
fn rejections(examination: &Examination) -> usize {
    let mistakes = examination.mistakes.iter();
    mistakes
        .filter(|mistake| mistake.finding.severity == Severity::Error)
        .count()
}

/// Checks one text: it is examined to an end, and every repair fits and does not make things worse.
fn check(text: &str) -> Result<(), TestCaseError> {
    let examination = examine(text, VERSION, &CostModel::embedded());
    let errors = rejections(&examination);
    for mistake in &examination.mistakes {
        let span = mistake.finding.span;
        prop_assert!(
            span.end <= text.len(),
            "{:?} is outside the text",
            mistake.finding
        );
        prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
        prop_assert!(!mistake.finding.message.is_empty());
        for repair in &mistake.repairs {
            prop_assert!(!repair.title.is_empty());
            prop_assert!(
                apply(text, &repair.edits).is_ok(),
                "{repair:?} does not fit"
            );
        }
    }
    if let [only] = examination.mistakes.as_slice()
        && let Some(repair) = only.repairs.first()
        && !examination.cut_short
    {
        let healed = apply(text, &repair.edits).expect("checked above");
        let left = rejections(&examine(&healed, VERSION, &CostModel::embedded()));
        prop_assert!(
            left < errors.max(1),
            "{left} mistakes after {repair:?}:\n{healed}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damaged_programs_are_examined_to_an_end(
        program in 0..PROGRAMS.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, "[a-z:()\\[\\]{}'\",=+. \n\t]"), 1..4)
    ) {
        let mut text = PROGRAMS[program].to_owned();
        for (place, kind, piece) in damage {
            let tokens = tokenize(&text);
            if tokens.is_empty() { break; }
            let token = tokens[place.index(tokens.len())];
            let span = match kind { 0 => token.span, 1 => Span::empty(token.span.start), _ => Span::new(token.span.end, token.span.end) };
            let piece = if kind == 0 { String::new() } else { piece };
            text.replace_range(span.start..span.end, &piece);
        }
        check(&text)?;
    }

    #[test]
    fn any_text_is_examined_to_an_end(text in "\\PC{0,30}|[\\x00-\\x7f]{0,40}|([a-z]{1,4}[ \n:()=\"']){0,12}") {
        check(&text)?;
    }
}
