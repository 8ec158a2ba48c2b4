//! Mistakes that the structure around a complaint names for certain, whatever the parser says and whatever might cure it.

use ruff_python_parser::{LexicalErrorType, ParseErrorType as E};

use crate::lang::python::{Bracket, Lines, ParseError, ParseErrorKind, Token, TokenKind};
use crate::taxonomy::Code;

/// What is wrong, with its construct and what to do.
pub type Named = (Code, Option<&'static str>, String);

/// The mistake that the text around the first complaint shows; `None` where the structure alone does not tell.
pub fn by_structure(error: &ParseError, text: &str) -> Option<Named> {
    let ParseErrorKind::Syntax(kind) = &error.kind else {
        return None;
    };
    let around = Around::new(error, text);
    by_kind(kind, &around)
        .or_else(|| around.clause())
        .or_else(|| around.definition())
        .or_else(|| around.statement())
        .or_else(|| around.in_brackets())
        .or_else(|| around.indentation(kind))
}

fn named(
    code: &'static str,
    construct: Option<&'static str>,
    message: impl Into<String>,
) -> Option<Named> {
    Some((Code::new(code), construct, message.into()))
}

/// What the parser says exactly enough.
fn by_kind(kind: &E, around: &Around<'_>) -> Option<Named> {
    let place = around.error.span.of(around.text);
    match kind {
        E::InvalidAssignmentTarget => assignment_target(around),
        E::InvalidAugmentedAssignmentTarget => {
            let construct = if place.contains(',') {
                "tuple"
            } else {
                "literal"
            };
            named(
                "SYN.AUG_ASSIGN_TARGET",
                Some(construct),
                "this cannot be changed in place: name a variable, an attribute or an item before the operator",
            )
        }
        E::InvalidDeleteTarget => {
            let construct = if place.ends_with(')') {
                "call"
            } else {
                "literal"
            };
            named(
                "SYN.DELETE_TARGET",
                Some(construct),
                "'del' takes a variable, an attribute or an item, not a value: name what to delete",
            )
        }
        E::InvalidNamedAssignmentTarget => named(
            "SYN.WALRUS_MISUSE",
            Some("attribute"),
            "':=' assigns only to a plain name: assign on a line before it",
        ),
        E::InvalidAnnotatedAssignmentTarget => annotation_target(place),
        E::OtherError(message) if message.contains("can be annotated") => annotation_target(place),
        E::OtherError(message) if message.contains("a parameter name") => {
            let (construct, what) = match around.at.map(|token| token.kind) {
                Some(TokenKind::Keyword) => ("keyword", "a keyword of Python"),
                Some(TokenKind::Number | TokenKind::String { .. }) => ("literal", "a value"),
                _ => ("attribute", "an expression"),
            };
            named(
                "SYN.KWARG_EXPRESSION",
                Some(construct),
                format!(
                    "'{place}' is {what} and cannot name an argument: use the parameter's name, or '==' to compare"
                ),
            )
        }
        E::OtherError(message) if message.contains("`except` or `finally`") => named(
            "SYN.TRY_WITHOUT_HANDLER",
            None,
            "this 'try' has no 'except' and no 'finally': add one below its block",
        ),
        E::OtherError(message) if message.contains("after decorator") => named(
            "SYN.DECORATOR_TARGET",
            None,
            "a decorator needs a function or class right below it: add one, or remove the '@' line",
        ),
        E::OtherError(message) if message.contains("'except' and 'except*'") => named(
            "SYN.CLAUSE_ORDER",
            Some("except_star_mix"),
            "one 'try' cannot have both 'except' and 'except*': use one of the two for all its handlers",
        ),
        E::OtherError(message) if message.contains("'/' separator") => named(
            "SYN.PARAM_INVALID",
            Some("slash"),
            "a parameter list can have only one '/': remove the other",
        ),
        E::OtherError(message) if message.contains("'*' parameter") => named(
            "SYN.PARAM_INVALID",
            Some("star"),
            "a parameter list can have only one '*' parameter: remove the other, or write '**' for keywords",
        ),
        E::OtherError(message) if message.contains("in `raise` statement") => named(
            "SYN.RAISE_FROM",
            None,
            "'raise ... from' needs the exception to raise: write it before 'from'",
        ),
        E::ExpectedKeywordParam => named(
            "SYN.PARAM_INVALID",
            Some("star"),
            "after '*' there must be a parameter: add one, or remove the '*'",
        ),
        E::ParamAfterVarKeywordParam => named(
            "SYN.PARAM_INVALID",
            Some("kwargs"),
            "no parameter can follow '**': move it before",
        ),
        E::InvalidMatchPatternTarget => named(
            "SYN.MATCH_PATTERN",
            Some("target"),
            "'_' matches anything and binds no name: choose another name",
        ),
        E::EmptyTypeParams => named(
            "SYN.TYPE_PARAM",
            None,
            "the list of type parameters is empty: name one, or remove the brackets",
        ),
        E::EmptyImportNames => {
            let construct = if around.first_word() == "from" {
                "from"
            } else {
                "import"
            };
            named(
                "SYN.IMPORT_INCOMPLETE",
                Some(construct),
                "nothing is imported: write what to import",
            )
        }
        E::Lexical(LexicalErrorType::Eof) => named(
            "SYN.LINE_CONTINUATION",
            Some("eof"),
            "the backslash continues the line, but the file ends here: remove it, or add the rest of the statement",
        ),
        _ => None,
    }
}

fn annotation_target(place: &str) -> Option<Named> {
    let construct = match place.trim_end().chars().next_back() {
        Some(')') if !place.starts_with('(') => "call",
        Some(']') if place.starts_with('[') => "list",
        _ => "tuple",
    };
    named(
        "SYN.ANNOTATION_TARGET",
        Some(construct),
        "only a single variable, attribute or item can have a type: write one annotation for each",
    )
}

fn assignment_target(around: &Around<'_>) -> Option<Named> {
    let place = around.error.span;
    let target: Vec<&Token> = around
        .layout
        .tokens
        .iter()
        .filter(|token| {
            place.start <= token.span.start && token.span.end <= place.end && !token.is_trivia()
        })
        .collect();
    let mut depth = 0usize;
    let mut outer = Vec::new();
    for token in &target {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            _ if depth == 0 => outer.push(token.text(around.text)),
            _ => {}
        }
    }
    let any = |words: &[&str]| outer.iter().any(|word| words.contains(word));
    let (first, last) = (target.first()?, target.last()?);
    const LITERAL: &str = "SYN.ASSIGN_TO_LITERAL";
    const EXPRESSION: &str = "SYN.ASSIGN_TO_EXPRESSION";
    let (code, construct, what) = match first.text(around.text) {
        "lambda" => (EXPRESSION, Some("lambda"), "a lambda"),
        "yield" | "await" => (EXPRESSION, None, "this expression"),
        _ if any(&["if", "else"]) => (EXPRESSION, Some("ternary"), "a choice between values"),
        _ if any(&[
            "==", "!=", "<", ">", "<=", ">=", "in", "is", "not", "and", "or",
        ]) =>
        {
            (EXPRESSION, Some("comparison"), "a comparison")
        }
        _ if target.len() == 1 => match first.kind {
            TokenKind::Number => (LITERAL, Some("number"), "a number"),
            TokenKind::String { .. } if is_formatted(first.text(around.text)) => {
                (LITERAL, Some("fstring"), "an f-string")
            }
            TokenKind::String { .. } => (LITERAL, Some("string"), "a text"),
            TokenKind::Keyword | TokenKind::Operator => (LITERAL, Some("none_true"), "a constant"),
            _ => return None,
        },
        _ if any(&["-"]) && is_dashed_name(&target, around.text) => {
            (EXPRESSION, Some("dashed_name"), "a subtraction")
        }
        _ if any(&[
            "+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>", "~",
        ]) =>
        {
            (EXPRESSION, Some("operator"), "the result of a calculation")
        }
        _ if last.kind == TokenKind::Close(Bracket::Round) => (
            "SYN.ASSIGN_TO_CALL",
            Some("function_call"),
            "the result of a call",
        ),
        _ => return None,
    };
    let what_to_do = if construct == Some("dashed_name") {
        "write the name with '_' instead of '-'"
    } else {
        "write a name on the left of '=', or '==' to compare"
    };
    named(
        code,
        construct,
        format!("{what} cannot be assigned to: {what_to_do}"),
    )
}

/// `my-name`, without spaces: a name rather than a subtraction.
fn is_dashed_name(target: &[&Token], text: &str) -> bool {
    target
        .windows(2)
        .all(|pair| matches!(pair, [left, right] if left.span.end == right.span.start))
        && target
            .iter()
            .all(|token| token.kind == TokenKind::Name || token.text(text) == "-")
}

fn is_formatted(string: &str) -> bool {
    string
        .split(['\'', '"'])
        .next()
        .is_some_and(|prefix| prefix.contains(['f', 'F', 't', 'T']))
}

/// The tokens around a complaint.
struct Around<'text> {
    error: &'text ParseError,
    text: &'text str,
    layout: Lines,
    /// The token where the parser gave up; `None` at the end of a line.
    at: Option<Token>,
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
    fn new(error: &'text ParseError, text: &'text str) -> Self {
        let layout = Lines::new(text);
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
        let bracket = innermost(&layout, index);
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

    fn word(&self, index: usize) -> &'text str {
        self.words.get(index).copied().unwrap_or("")
    }

    fn first_word(&self) -> &'text str {
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

#[cfg(test)]
mod tests {
    use crate::lang::python::{Version, parse, syntax_errors};

    use super::*;

    #[track_caller]
    fn check(text: &str, cluster: &str) {
        let parsed = parse(
            text,
            Version {
                major: 3,
                minor: 13,
            },
        );
        let error = syntax_errors(&parsed)
            .into_iter()
            .next()
            .expect("the text is broken");
        let found = by_structure(&error, text).map(|(code, construct, _)| match construct {
            Some(construct) => format!("{code}:{construct}"),
            None => code.to_string(),
        });
        assert_eq!(found.as_deref(), Some(cluster), "{text:?}");
    }

    #[test]
    fn targets_are_told_apart() {
        check("a if b else c = d\n", "SYN.ASSIGN_TO_EXPRESSION:ternary");
        check("not a = b\n", "SYN.ASSIGN_TO_EXPRESSION:comparison");
        check("f'{a}' = b\n", "SYN.ASSIGN_TO_LITERAL:fstring");
        check("a.b() = c\n", "SYN.ASSIGN_TO_CALL:function_call");
        check("a-b = c\n", "SYN.ASSIGN_TO_EXPRESSION:dashed_name");
        check("del a, f()\n", "SYN.DELETE_TARGET:call");
        check("(a, b): int = c\n", "SYN.ANNOTATION_TARGET:tuple");
    }

    #[test]
    fn clauses_and_definitions_are_told_apart() {
        check("a = 1\nelif b:\n    pass\n", "SYN.ORPHAN_CLAUSE:elif");
        check(
            "if a:\n    b\nelse:\n    c\nelse:\n    d\n",
            "SYN.CLAUSE_ORDER:elif_after_else",
        );
        check("class (A):\n    pass\n", "SYN.MISSING_NAME:class_def");
        check("def f(a, 'b'):\n    pass\n", "SYN.PARAM_INVALID:literal");
        check(
            "def f(a, b=):\n    pass\n",
            "SYN.KWARG_MISSING_VALUE:default",
        );
    }

    #[test]
    fn items_of_brackets_are_told_apart() {
        check("a = {1: 2, 3}\n", "SYN.DICT_ENTRY:missing_value");
        check("a = b[1 2]\n", "SYN.SLICE_COLON");
        check("f(a, b=)\n", "SYN.KWARG_MISSING_VALUE:call");
        check("a = 0b102\n", "SYN.INVALID_NUMBER:binary");
        check("if a:\n\tb = 1\n        c = 2\n", "IND.TAB_SPACE_MIX");
    }
}
