//! Mistakes that the structure around a complaint names for certain, whatever the parser says and whatever might cure it.

use ruff_python_parser::{LexicalErrorType, ParseErrorType as E};

use super::complaint_kind::by_kind;
use crate::lang::python::{Bracket, Lines, ParseError, ParseErrorKind, Token, TokenKind};
use crate::taxonomy::Code;

/// What is wrong, with its construct and what to do.
pub type Named = (Code, Option<&'static str>, String);

/// The mistake that the text around the first complaint shows, whose lines are `layout`; `None` where the structure alone does not tell.
pub fn by_structure(error: &ParseError, text: &str, layout: &Lines) -> Option<Named> {
    let ParseErrorKind::Syntax(kind) = &error.kind else {
        return None;
    };
    let around = Around::new(error, text, layout);
    by_kind(kind, &around)
        .or_else(|| around.clause())
        .or_else(|| around.definition())
        .or_else(|| around.statement())
        .or_else(|| around.in_brackets())
        .or_else(|| around.indentation(kind))
}

pub(super) fn named(
    code: &'static str,
    construct: Option<&'static str>,
    message: impl Into<String>,
) -> Option<Named> {
    Some((Code::new(code), construct, message.into()))
}

/// The tokens around a complaint.
pub(super) struct Around<'text> {
    pub(super) error: &'text ParseError,
    pub(super) text: &'text str,
    pub(super) layout: &'text Lines,
    /// The token where the parser gave up; `None` at the end of a line.
    pub(super) at: Option<Token>,
    /// The token of code before that.
    before: Option<Token>,
    /// Words of the line of code that the complaint is about.
    words: Vec<&'text str>,
    line: usize,
    /// The innermost open bracket, and the token before it.
    bracket: Option<(Bracket, Option<Token>)>,
    /// Index past the last token before the complaint.
    index: usize,
}

impl<'text> Around<'text> {
    fn new(error: &'text ParseError, text: &'text str, layout: &'text Lines) -> Self {
        let index = layout
            .tokens
            .partition_point(|token| token.span.end <= error.span.start);
        let is_code = |token: &&Token| !token.is_trivia();
        let before = layout
            .tokens
            .get(..index)
            .and_then(|tokens| tokens.iter().rev().find(is_code))
            .copied();
        let at = layout
            .tokens
            .get(index)
            .filter(|token| !token.is_trivia())
            .copied();
        let line = match (at, before) {
            (Some(at), _) => layout.line_at(at.span.start),
            (None, Some(before)) => layout.line_at(before.span.start),
            (None, None) => 0,
        };
        let words = layout.code_of(line).map(|token| token.text(text)).collect();
        let bracket = innermost(layout, index);
        Self {
            error,
            text,
            layout,
            at,
            before,
            words,
            line,
            bracket,
            index,
        }
    }

    /// Whether the text ends with a backslash, so that a line is missing.
    pub(super) fn ends_in_backslash(&self) -> bool {
        let mut tokens = self.layout.tokens.iter().rev();
        tokens
            .find(|token| token.kind != TokenKind::Newline)
            .is_some_and(|last| last.text(self.text).starts_with('\\'))
    }

    fn word(&self, index: usize) -> &'text str {
        self.words.get(index).copied().unwrap_or("")
    }

    pub(super) fn first_word(&self) -> &'text str {
        self.word(0)
    }

    fn at(&self) -> &'text str {
        self.at.map_or("", |token| token.text(self.text))
    }

    fn before(&self) -> &'text str {
        self.before.map_or("", |token| token.text(self.text))
    }

    fn is_first_of_line(&self) -> bool {
        self.at.is_some_and(|at| {
            self.layout
                .code_of(self.line)
                .next()
                .is_some_and(|first| first.span == at.span)
        })
    }

    /// `else`, `except` and the like that belong to nothing, or come too late.
    fn clause(&self) -> Option<Named> {
        let word = self.first_word();
        if word == "case" && self.before() == "case" && self.words.last() == Some(&":") {
            return named(
                "SYN.ORPHAN_CLAUSE",
                Some("case"),
                "this 'case' belongs to no 'match': add 'match ...:' above it",
            );
        }
        if word == "elseif" && self.before() == "elseif" {
            return named(
                "SYN.FOREIGN_KEYWORD",
                Some("elseif"),
                "Python writes 'elif': replace 'elseif'",
            );
        }
        let construct = match word {
            "else" => "else",
            "elif" => "elif",
            "except" => "except",
            "finally" => "finally",
            _ => return None,
        };
        if !self.is_first_of_line() {
            return None;
        }
        let indent = self.layout.lines.get(self.line)?.indent;
        // The line above with the same indentation begins what this could belong to.
        let above = (0..self.line).rev().find_map(|line| {
            let first = self.layout.code_of(line).next()?;
            let own = self.layout.lines.get(line)?;
            (own.indent <= indent && !own.continued).then(|| (own.indent, first.text(self.text)))
        });
        match above {
            Some((own, "else")) if own == indent && matches!(word, "elif" | "else") => named(
                "SYN.CLAUSE_ORDER",
                Some("elif_after_else"),
                format!("'{word}' cannot follow 'else': move it before, or indent it"),
            ),
            Some((own, "if" | "elif" | "for" | "while" | "try" | "except" | "async"))
                if own == indent =>
            {
                None
            }
            _ => named(
                "SYN.ORPHAN_CLAUSE",
                Some(construct),
                format!(
                    "this '{word}' belongs to nothing above it: indent it like its statement, or remove it"
                ),
            ),
        }
    }

    /// Names and parameters of `def`, `class` and `lambda`.
    fn definition(&self) -> Option<Named> {
        match (self.before(), self.at()) {
            ("def", "(") => {
                return named(
                    "SYN.MISSING_NAME",
                    Some("function_def"),
                    "the function has no name: write one after 'def'",
                );
            }
            ("class", ":" | "(") => {
                return named(
                    "SYN.MISSING_NAME",
                    Some("class_def"),
                    "the class has no name: write one after 'class'",
                );
            }
            ("lambda", "(") => {
                return named(
                    "SYN.PARAM_INVALID",
                    Some("tuple"),
                    "a lambda's parameters have no parentheses: remove them",
                );
            }
            _ => {}
        }
        if !self.in_parameters() {
            return None;
        }
        let at = self.at?;
        match (self.before(), at.kind, self.at()) {
            ("(" | ",", TokenKind::Number | TokenKind::String { .. }, place) => named(
                "SYN.PARAM_INVALID",
                Some("literal"),
                format!("'{place}' is a value and cannot be a parameter: write a name"),
            ),
            ("(" | ",", TokenKind::Open(Bracket::Round), _) => named(
                "SYN.PARAM_INVALID",
                Some("tuple"),
                "a parameter cannot be a tuple: take one parameter and unpack it in the function",
            ),
            (":", _, ")" | "," | "=") => named(
                "SYN.MISSING_OPERAND",
                None,
                "the parameter's type is missing: write it after ':', or remove the ':'",
            ),
            ("=", _, ")" | ",") => named(
                "SYN.KWARG_MISSING_VALUE",
                Some("default"),
                "the parameter's default is missing: write it after '=', or remove the '='",
            ),
            _ => None,
        }
    }

    /// Whether the innermost bracket holds a function's parameters.
    fn in_parameters(&self) -> bool {
        let Some((Bracket::Round, Some(name))) = self.bracket else {
            return false;
        };
        let index = self
            .layout
            .tokens
            .partition_point(|token| token.span.start < name.span.start);
        let word = index
            .checked_sub(1)
            .and_then(|index| self.layout.tokens.get(index));
        name.kind == TokenKind::Name && word.is_some_and(|word| word.text(self.text) == "def")
    }

    /// Statements whose words are in the wrong order, or that lack one.
    fn statement(&self) -> Option<Named> {
        let at_end = self.at.is_none();
        match (self.first_word(), self.before(), self.at()) {
            ("raise", "from", _) if at_end => named(
                "SYN.RAISE_FROM",
                None,
                "the cause is missing: write an exception or None after 'from'",
            ),
            ("import", name, ".") if name != "import" && self.words.contains(&"as") => named(
                "SYN.IMPORT_TARGET",
                Some("as_target"),
                "a module can be renamed only to a plain name: remove the dot and what follows",
            ),
            (_, ";", "if" | "for" | "while" | "with" | "try" | "def" | "class" | "match") => named(
                "SYN.MULTIPLE_STATEMENTS",
                Some("semicolon_block"),
                format!(
                    "'{}' cannot follow ';': begin it on a line of its own",
                    self.at()
                ),
            ),
            (_, "else", "pass" | "break" | "continue" | "return" | "raise" | "del" | "assert")
            | (_, "pass" | "break" | "continue", "if")
                if self.words.contains(&"if") && self.words.contains(&"else") =>
            {
                named(
                    "SYN.TERNARY",
                    Some("statement"),
                    "a choice in one line is between values, not statements: write an 'if' statement",
                )
            }
            (_, ".", _) if at_end => named(
                "SYN.MISSING_OPERAND",
                Some("attribute"),
                "the attribute's name is missing: write it after the dot, or remove the dot",
            ),
            (_, sign @ ("+" | "-" | "~"), _)
                if at_end && self.word(self.words.len().wrapping_sub(2)) == "=" =>
            {
                named(
                    "SYN.MISSING_OPERAND",
                    Some("unary"),
                    format!(
                        "the value after '{sign}' is missing: write it, or '{sign}=' to change the variable"
                    ),
                )
            }
            _ => self.number(),
        }
    }

    /// `0xZZ`, `0b12`, `0o8`
    fn number(&self) -> Option<Named> {
        let number = [self.before, self.at].into_iter().flatten().find(|token| {
            token.kind == TokenKind::Number
                && self.layout.tokens.iter().any(|next| {
                    next.span.start == token.span.end
                        && matches!(next.kind, TokenKind::Number | TokenKind::Name)
                })
        })?;
        let start = number.text(self.text).get(..2)?.to_ascii_lowercase();
        let (construct, base, digits) = match start.as_str() {
            "0x" => ("hex", "hexadecimal", "0 to 9 and a to f"),
            "0b" => ("binary", "binary", "0 and 1"),
            "0o" => ("octal", "octal", "0 to 7"),
            _ => return None,
        };
        named(
            "SYN.INVALID_NUMBER",
            Some(construct),
            format!("a {base} number has only the digits {digits}: correct it"),
        )
    }

    /// Items of calls, lists, dicts and subscripts.
    fn in_brackets(&self) -> Option<Named> {
        let (bracket, opener) = self.bracket?;
        let at = self.at?;
        let is_call = opener.is_some_and(|token| {
            matches!(token.kind, TokenKind::Name | TokenKind::Close(_))
                || token.kind
                    == TokenKind::String {
                        closed: true,
                        triple: false,
                    }
        });
        match (bracket, self.before(), self.at()) {
            (Bracket::Curly, ":", "}" | ",") => named(
                "SYN.DICT_ENTRY",
                Some("missing_value"),
                "the value of this entry is missing: write it after ':'",
            ),
            (Bracket::Curly, _, ":") => named(
                "SYN.DICT_ENTRY",
                Some("missing_value"),
                "some entries have no value, so this is half a set and half a dict: write 'key: value' for each",
            ),
            (Bracket::Curly, before, "}" | ",") if before != "," && self.braces_hold_colon() => {
                let is_value_missing = self
                    .before
                    .is_some_and(|token| token.ends_operand(self.text));
                is_value_missing
                    .then(|| {
                        named(
                            "SYN.DICT_ENTRY",
                            Some("missing_value"),
                            "this entry has no value: write ':' and the value after the key",
                        )
                    })
                    .flatten()
            }
            (Bracket::Square, "[" | ",", "**") => named(
                "SYN.STAR_EXPR",
                Some("dict_unpack"),
                "'**' unpacks into a dict or a call only: use braces, or remove it",
            ),
            (Bracket::Square, _, ":") if !is_call => named(
                "SYN.DICT_ENTRY",
                None,
                "a list has no keys: write braces for a dict, or ',' instead of ':'",
            ),
            (Bracket::Square, _, _)
                if is_call
                    && at.starts_operand(self.text)
                    && self
                        .before
                        .is_some_and(|token| token.ends_operand(self.text)) =>
            {
                named(
                    "SYN.SLICE_COLON",
                    None,
                    "an index has one value, or several with ':' or ',' between them: add what is missing",
                )
            }
            (Bracket::Round, "*", "," | ")") if is_call && self.before_last() != "*" => named(
                "SYN.STAR_EXPR",
                Some("call"),
                "'*' in a call needs what to unpack: write it after the '*', or remove the '*'",
            ),
            (Bracket::Round, "=", ")" | ",") if is_call && self.before_last() != "=" => named(
                "SYN.KWARG_MISSING_VALUE",
                Some("call"),
                "the argument's value is missing: write it after '=', or remove the '='",
            ),
            _ => None,
        }
    }

    /// The token before the one before the complaint.
    fn before_last(&self) -> &'text str {
        self.layout
            .tokens
            .get(..self.index)
            .unwrap_or(&[])
            .iter()
            .rev()
            .filter(|token| !token.is_trivia())
            .nth(1)
            .map_or("", |token| token.text(self.text))
    }

    /// Whether there is a `:` between the innermost brace and the complaint, directly inside it.
    fn braces_hold_colon(&self) -> bool {
        let mut depth = 0usize;
        for token in self
            .layout
            .tokens
            .get(..self.index)
            .unwrap_or(&[])
            .iter()
            .rev()
        {
            match token.kind {
                TokenKind::Close(_) => depth += 1,
                TokenKind::Open(_) if depth == 0 => return false,
                TokenKind::Open(_) => depth -= 1,
                TokenKind::Operator if depth == 0 && token.text(self.text) == ":" => return true,
                TokenKind::Keyword if depth == 0 && token.text(self.text) == "lambda" => {
                    return false;
                }
                _ => {}
            }
        }
        false
    }

    /// Blocks of comments only, and tabs beside spaces.
    fn indentation(&self, kind: &E) -> Option<Named> {
        let line = self
            .layout
            .line_at(self.error.span.start.min(self.text.len().saturating_sub(1)));
        let is_block = matches!(kind, E::OtherError(message) if message.contains("indented block"));
        let is_mismatch = matches!(
            kind,
            E::UnexpectedIndentation | E::Lexical(LexicalErrorType::IndentationError)
        );
        let indent = |line: usize| {
            let line = self.layout.lines.get(line)?;
            self.text
                .get(line.span.start..line.span.start + line.indent)
        };
        if is_block {
            let comment = line.checked_sub(1)?;
            let tokens = self.layout.tokens_of(comment);
            let is_comment = matches!(tokens, [token] if token.kind == TokenKind::Comment);
            let header = self.layout.code_before(line)?;
            if is_comment && indent(comment)?.len() > indent(header)?.len() {
                return named(
                    "IND.EXPECTED_BLOCK",
                    Some("comment_only"),
                    "a comment alone is no block: add 'pass' below it, or the code",
                );
            }
        }
        if is_mismatch {
            let own = indent(line)?;
            let above = indent(self.layout.code_before(line)?)?;
            if !own.starts_with(above)
                && !above.starts_with(own)
                && (own.contains('\t') || above.contains('\t'))
            {
                return named(
                    "IND.TAB_SPACE_MIX",
                    None,
                    "this line is indented with other characters (tabs or spaces) than the line above: use the same for both",
                );
            }
        }
        None
    }
}

/// The innermost bracket that is open before the token at `index`, and the code before it.
fn innermost(layout: &Lines, index: usize) -> Option<(Bracket, Option<Token>)> {
    let mut depth = 0usize;
    for at in (0..index).rev() {
        let token = layout.tokens.get(at)?;
        match token.kind {
            TokenKind::Close(_) => depth += 1,
            TokenKind::Open(bracket) if depth == 0 => {
                let before = at
                    .checked_sub(1)
                    .and_then(|before| layout.tokens.get(before))
                    .filter(|token| !token.is_trivia());
                return Some((bracket, before.copied()));
            }
            TokenKind::Open(_) => depth -= 1,
            _ => {}
        }
    }
    None
}
