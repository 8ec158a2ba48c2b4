//! The parser's complaints in terms of the taxonomy, for mistakes that no rule explains.

use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, ParseErrorType, UnsupportedSyntaxErrorKind,
};

use super::structure::by_structure;
use crate::lang::python::{Lines, ParseError, ParseErrorKind, TokenKind, tokenize};
use crate::taxonomy::Code;

type Named = (Code, Option<&'static str>);

/// Code, construct and message of a complaint about `text`, whose lines are `layout`.
pub fn classify(error: &ParseError, text: &str, layout: &Lines) -> super::structure::Named {
    if let Some(named) = by_structure(error, text, layout) {
        return named;
    }
    let (code, construct) = match &error.kind {
        ParseErrorKind::Version(kind) => version_feature(kind, &error.message),
        ParseErrorKind::Syntax(kind) => syntax(kind, error, text),
    };
    (code, construct, message(error))
}

fn syntax(kind: &ParseErrorType, error: &ParseError, text: &str) -> Named {
    use ParseErrorType as E;
    let plain = |code| (Code::new(code), None);
    match kind {
        E::EmptySlice => plain("SYN.MISSING_OPERAND"),
        E::EmptyImportNames => plain("SYN.IMPORT_INCOMPLETE"),
        E::EmptyDeleteTargets | E::InvalidDeleteTarget => plain("SYN.DELETE_TARGET"),
        E::EmptyTypeParams => plain("SYN.TYPE_PARAM"),
        E::UnparenthesizedNamedExpression | E::InvalidNamedAssignmentTarget => {
            plain("SYN.WALRUS_MISUSE")
        }
        E::UnparenthesizedGeneratorExpression => plain("SYN.GENEXP_PARENS"),
        E::InvalidLambdaExpressionUsage => plain("SYN.LAMBDA_BODY"),
        E::InvalidStarredExpressionUsage => plain("SYN.STAR_EXPR"),
        E::IterableUnpackingInComprehension => plain("SYN.COMPREHENSION_TARGET"),
        E::InvalidStarPatternUsage
        | E::InvalidMatchPatternTarget
        | E::ExpectedRealNumber
        | E::ExpectedImaginaryNumber => plain("SYN.MATCH_PATTERN"),
        E::ParamAfterVarKeywordParam | E::VarParameterWithDefault | E::ExpectedKeywordParam => {
            plain("SYN.PARAM_INVALID")
        }
        E::NonDefaultParamAfterDefaultParam => plain("SYN.PARAM_DEFAULT_ORDER"),
        E::InvalidAssignmentTarget => assignment_target(error, text),
        E::InvalidAnnotatedAssignmentTarget => plain("SYN.ANNOTATION_TARGET"),
        E::InvalidAugmentedAssignmentTarget => plain("SYN.AUG_ASSIGN_TARGET"),
        E::PositionalAfterKeywordArgument => {
            (Code::new("SYN.POSITIONAL_AFTER_KEYWORD"), Some("call"))
        }
        E::PositionalAfterKeywordUnpacking | E::InvalidArgumentUnpackingOrder => {
            (Code::new("SYN.POSITIONAL_AFTER_KEYWORD"), Some("unpacking"))
        }
        E::SimpleStatementsOnSameLine | E::SimpleAndCompoundStatementOnSameLine => {
            plain("SYN.MULTIPLE_STATEMENTS")
        }
        E::UnexpectedIndentation => plain("IND.UNEXPECTED_INDENT"),
        E::UnexpectedIpythonEscapeCommand => (Code::new("SYN.PASTED_TEXT"), Some("notebook_magic")),
        E::FStringError(kind) | E::TStringError(kind) => formatted(kind),
        E::Lexical(kind) => lexical(kind, error, text),
        E::OtherError(message) => other(message),
        _ => plain("SYN.INVALID_SYNTAX"),
    }
}

fn lexical(kind: &LexicalErrorType, error: &ParseError, text: &str) -> Named {
    use LexicalErrorType as E;
    let plain = |code| (Code::new(code), None);
    match kind {
        E::UnclosedStringError => plain(if starts_triple(error, text) {
            "SYN.UNTERMINATED_TRIPLE"
        } else {
            "SYN.UNTERMINATED_STRING"
        }),
        E::UnicodeError | E::MissingUnicodeLbrace | E::MissingUnicodeRbrace => {
            plain("SYN.UNICODE_ESCAPE")
        }
        E::IndentationError => plain("IND.UNINDENT_MISMATCH"),
        E::UnrecognizedToken { tok: '\0' } => (Code::new("ENC.NULL_BYTE"), Some("source")),
        E::UnrecognizedToken { .. } => plain("SYN.INVALID_CHAR"),
        E::FStringError(kind) | E::TStringError(kind) => formatted(kind),
        E::InvalidByteLiteral => (Code::new("SYN.BYTES_LITERAL"), Some("non_ascii")),
        E::LineContinuationError => plain("SYN.LINE_CONTINUATION"),
        E::Eof if text.trim_end().ends_with('\\') => {
            (Code::new("SYN.LINE_CONTINUATION"), Some("eof"))
        }
        E::Eof => plain("SYN.INVALID_SYNTAX"),
        E::OtherError(message) => other(message),
        E::StringError => plain("SYN.INVALID_SYNTAX"),
    }
}

fn formatted(kind: &InterpolatedStringErrorType) -> Named {
    use InterpolatedStringErrorType as E;
    let code = match kind {
        E::UnclosedLbrace => "SYN.FSTRING_UNCLOSED",
        E::InvalidConversionFlag | E::ConversionFlagNotImmediatelyAfterExclamation => {
            "SYN.FSTRING_CONVERSION"
        }
        E::SingleRbrace => "SYN.FSTRING_SINGLE_BRACE",
        E::UnterminatedString => return (Code::new("SYN.UNTERMINATED_STRING"), Some("fstring")),
        E::UnterminatedTripleQuotedString => {
            return (Code::new("SYN.UNTERMINATED_TRIPLE"), Some("fstring"));
        }
        E::LambdaWithoutParentheses | E::NewlineInFormatSpec => "SYN.FSTRING_UNCLOSED",
    };
    (Code::new(code), None)
}

fn version_feature(kind: &UnsupportedSyntaxErrorKind, message: &str) -> Named {
    use UnsupportedSyntaxErrorKind as E;
    let construct = match kind {
        E::Match => "match",
        E::Walrus | E::UnparenthesizedNamedExpr(_) => "walrus",
        E::ExceptStar => "except_star",
        E::PositionalOnlyParameter => "positional_only",
        E::TypeParameterList | E::TypeAliasStatement | E::TypeParamDefault => "type_stmt",
        E::UnparenthesizedExceptionTypes => "pep758",
        E::Pep701FString(_) => {
            // The parser keeps the kind to itself, but tells it in words.
            let rows = [
                ("backslash", "backslash"),
                ("comment", "comment"),
                ("quote", "nested_quote"),
            ];
            let construct = rows
                .iter()
                .find(|(word, _)| message.contains(word))
                .map(|(_, construct)| *construct);
            return (Code::new("SYN.FSTRING_VERSION"), construct);
        }
        _ => return (Code::new("SYN.VERSION_FEATURE"), None),
    };
    (Code::new("SYN.VERSION_FEATURE"), Some(construct))
}

/// The parser has no name for these, only words.
fn other(message: &str) -> Named {
    let message = message.to_ascii_lowercase();
    let rows: &[(&str, &str)] = &[
        ("indented block", "IND.EXPECTED_BLOCK"),
        ("number", "SYN.INVALID_NUMBER"),
        ("digit", "SYN.INVALID_NUMBER"),
        ("decimal", "SYN.INVALID_NUMBER"),
        ("octal", "SYN.LEADING_ZERO"),
        ("leading zeros", "SYN.LEADING_ZERO"),
        ("`else`", "SYN.TERNARY"),
        ("bytes literal", "SYN.BYTES_LITERAL"),
        ("trailing comma", "SYN.IMPORT_TRAILING_COMMA"),
        ("`except` or `finally`", "SYN.TRY_WITHOUT_HANDLER"),
        ("decorat", "SYN.DECORATOR_TARGET"),
        ("parameter", "SYN.PARAM_INVALID"),
        ("keyword argument", "SYN.KWARG_EXPRESSION"),
    ];
    let code = rows
        .iter()
        .find(|(words, _)| message.contains(words))
        .map_or("SYN.INVALID_SYNTAX", |(_, code)| code);
    (Code::new(code), None)
}

fn assignment_target(error: &ParseError, text: &str) -> Named {
    let target = tokenize(error.span.of(text));
    let code = match target.as_slice() {
        [only]
            if matches!(
                only.kind,
                TokenKind::Number | TokenKind::String { .. } | TokenKind::Keyword
            ) =>
        {
            "SYN.ASSIGN_TO_LITERAL"
        }
        [.., last]
            if matches!(
                last.kind,
                TokenKind::Close(crate::lang::python::Bracket::Round)
            ) =>
        {
            "SYN.ASSIGN_TO_CALL"
        }
        _ => "SYN.ASSIGN_TO_EXPRESSION",
    };
    (Code::new(code), None)
}

fn starts_triple(error: &ParseError, text: &str) -> bool {
    let string = text.get(error.span.start..).unwrap_or("");
    let string = string.trim_start_matches(|prefix: char| prefix.is_ascii_alphabetic());
    string.starts_with("\"\"\"") || string.starts_with("'''")
}

/// The parser's words, without its final full stop and with quotes for backticks.
fn message(error: &ParseError) -> String {
    let message = error.message.trim_end_matches('.').replace('`', "'");
    match message.split_once(": ") {
        Some(("SyntaxError" | "IndentationError", rest)) => rest.to_owned(),
        _ => message,
    }
}
