use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

/// One token as far as it makes a program what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'text> {
    /// As written: a name, a literal with its prefix and quotes, an operator.
    Written(&'text str),
    /// The end of a logical line.
    Newline,
    /// A block begins, however wide its indentation.
    Indent,
    /// A block ends.
    Dedent,
}

/// Whether two texts are the same program token by token.
///
/// Comments, blank lines, spaces inside a line and the width of an indentation do not count; blocks do, and so does
/// how a string is written. Broken texts can be compared too.
pub fn same_program(first: &str, second: &str) -> bool {
    pieces(first) == pieces(second)
}

/// How many tokens have to be inserted, deleted or replaced to turn one program into the other.
///
/// Tokens are counted as [`same_program`] compares them: 0 if it says yes.
pub fn token_edits(before: &str, after: &str) -> usize {
    let (before, after) = (pieces(before), pieces(after));
    let head = before
        .iter()
        .zip(&after)
        .take_while(|(old, new)| old == new)
        .count();
    let before = before.get(head..).unwrap_or_default();
    let after = after.get(head..).unwrap_or_default();
    let tail = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    let before = before.get(..before.len() - tail).unwrap_or_default();
    let after = after.get(..after.len() - tail).unwrap_or_default();
    strsim::generic_levenshtein(&Sequence(before), &Sequence(after))
}

/// How many tokens the language reference counts in a program: words, literals, signs, line ends and indentations.
///
/// An f-string is one token, whatever stands inside it; comments and blank lines are none.
pub fn lexical_tokens(text: &str) -> usize {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let mut inside = 0usize;
    let mut count = 0;
    for token in parsed.tokens() {
        match token.kind() {
            TokenKind::Comment | TokenKind::NonLogicalNewline | TokenKind::EndOfFile => {}
            TokenKind::FStringStart | TokenKind::TStringStart => {
                count += usize::from(inside == 0);
                inside += 1;
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => inside = inside.saturating_sub(1),
            _ => count += usize::from(inside == 0),
        }
    }
    count
}

/// Lends its pieces in the form that `strsim` takes.
struct Sequence<'pieces, 'text>(&'pieces [Piece<'text>]);

impl<'pieces, 'text> IntoIterator for &Sequence<'pieces, 'text> {
    type Item = Piece<'text>;
    type IntoIter = std::iter::Copied<std::slice::Iter<'pieces, Piece<'text>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().copied()
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    parsed
        .tokens()
        .iter()
        .filter_map(|token| match token.kind() {
            TokenKind::Comment | TokenKind::NonLogicalNewline | TokenKind::EndOfFile => None,
            TokenKind::Newline => Some(Piece::Newline),
            TokenKind::Indent => Some(Piece::Indent),
            TokenKind::Dedent => Some(Piece::Dedent),
            _ => {
                let range = token.range();
                text.get(range.start().to_usize()..range.end().to_usize())
                    .map(Piece::Written)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: &str, second: &str, edits: usize) {
        assert_eq!(token_edits(first, second), edits, "{first:?} {second:?}");
        assert_eq!(
            same_program(first, second),
            edits == 0,
            "{first:?} {second:?}"
        );
    }

    #[test]
    fn layout_does_not_count() {
        check("if a:\n    b( 1 )  # why\n\n\nc\n", "if a :\n  b(1)\nc", 0);
        check("a = (1,\n     2)\r\n", "a = (1, 2)\n", 0);
    }

    #[test]
    fn tokens_are_counted_as_the_reference_does() {
        assert_eq!(lexical_tokens(""), 0);
        // The words and signs of both lines, two line ends, one indentation and its end.
        assert_eq!(lexical_tokens("if a:  # why\n\n    b = f'{c}{d}'\n"), 10);
    }

    #[test]
    fn blocks_count() {
        check("if a:\n    b\n    c\n", "if a:\n    b\nc\n", 2);
    }

    #[test]
    fn the_way_a_string_is_written_counts() {
        check("x = 'a'\n", "x = \"a\"\n", 1);
        check("x = r'a'\n", "x = 'a'\n", 1);
        check("f'{a}b'\n", "f'{ a }b'\n", 0);
        check("f'{a}b'\n", "f'{a} b'\n", 1);
    }

    #[test]
    fn broken_programs_can_be_compared() {
        check("def f()\n    return 1\n", "def f():\n    return 1\n", 1);
        check("print 'a'\n", "print('a')\n", 2);
    }
}
