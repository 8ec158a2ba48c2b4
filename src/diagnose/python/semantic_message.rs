//! From the kind of a compile-stage error to a code, a construct and plain words.

use ruff_python_ast::IrrefutablePatternKind;
use ruff_python_parser::semantic_errors::{
    AwaitOutsideAsyncFunctionKind as AwaitKind, InvalidExpressionKind, LazyImportContext,
    SemanticSyntaxError, SemanticSyntaxErrorKind as Kind, WriteToDebugKind,
    YieldOutsideFunctionKind as YieldKind,
};
use ruff_text_size::TextRange;

use crate::diagnose::{Finding, Severity};
use crate::taxonomy::Code;
use crate::text::Span;

/// A finding that makes the compiler reject the file.
pub(super) fn error(
    code: &'static str,
    construct: Option<&'static str>,
    range: TextRange,
    message: String,
) -> Finding {
    Finding {
        code: Code::new(code),
        construct,
        span: span_of(range),
        message,
        severity: Severity::Error,
        related: Vec::new(),
    }
}

pub(super) fn span_of(range: TextRange) -> Span {
    Span::new(range.start().to_usize(), range.end().to_usize())
}

/// Where the checker found an error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) in_function: bool,
    pub(super) in_class: bool,
    pub(super) in_comprehension: bool,
    /// Directly in a branch of an `if`.
    pub(super) in_if: bool,
}

impl Place {
    fn of_jump(self) -> &'static str {
        match self {
            Self { in_if: true, .. } => "if",
            Self {
                in_function: true, ..
            } => "function",
            _ => "module",
        }
    }

    fn of_yield(self) -> &'static str {
        match self {
            Self {
                in_comprehension: true,
                ..
            } => "comprehension",
            Self { in_class: true, .. } => "class",
            _ => "module",
        }
    }
}

/// What the checker's error means to a person; `None` for kinds that other rules report.
pub(super) fn finding_of(rejected: &SemanticSyntaxError, place: Place) -> Option<Finding> {
    let (code, construct, message) = describe(&rejected.kind, place)?;
    Some(error(code, construct, rejected.range, message))
}

type Description = (&'static str, Option<&'static str>, String);

fn describe(kind: &Kind, place: Place) -> Option<Description> {
    let described = match kind {
        // Judged by `scope_rules`.
        Kind::LoadBeforeGlobalDeclaration { .. }
        | Kind::LoadBeforeNonlocalDeclaration { .. }
        | Kind::NonlocalDeclarationAtModuleLevel
        | Kind::NonlocalAndGlobal(_)
        | Kind::AnnotatedGlobal(_)
        | Kind::AnnotatedNonlocal(_)
        | Kind::GlobalParameter(_)
        | Kind::NonlocalParameter(_)
        | Kind::NonlocalWithoutBinding(_) => return None,
        Kind::ReturnOutsideFunction => (
            "SYN.RETURN_OUTSIDE",
            Some(if place.in_class { "class" } else { "module" }),
            "`return` is outside a function: indent it into the function that it ends, or remove it".to_owned(),
        ),
        Kind::ReturnInGenerator => (
            "SYN.RETURN_OUTSIDE",
            Some("async_generator"),
            "An async generator cannot return a value: use a bare `return`, or `yield` the value".to_owned(),
        ),
        Kind::BreakOutsideLoop => (
            "SYN.BREAK_OUTSIDE",
            Some(place.of_jump()),
            "`break` is outside a loop: indent it into the `for` or `while` that it leaves, or remove it".to_owned(),
        ),
        Kind::ContinueOutsideLoop => (
            "SYN.CONTINUE_OUTSIDE",
            Some(place.of_jump()),
            "`continue` is outside a loop: indent it into the `for` or `while` that it continues, or remove it".to_owned(),
        ),
        Kind::YieldOutsideFunction(YieldKind::Await) => await_outside(AwaitKind::Await),
        Kind::AwaitOutsideAsyncFunction(kind) => await_outside(*kind),
        Kind::AsyncComprehensionInSyncComprehension(version) => (
            "SYN.AWAIT_OUTSIDE",
            Some("async_comp"),
            format!("Python {version} has no async comprehension inside a plain one (3.11 has): write the inner one as a loop"),
        ),
        Kind::YieldOutsideFunction(_) => (
            "SYN.YIELD_OUTSIDE",
            Some(place.of_yield()),
            "`yield` works only directly in a function, not in a module, class or comprehension: move it into a `def`".to_owned(),
        ),
        Kind::YieldFromInAsyncFunction => (
            "SYN.YIELD_OUTSIDE",
            Some("async_function"),
            "`yield from` does not work in an `async def`: loop with `async for` and `yield` each item".to_owned(),
        ),
        Kind::DuplicateParameter(name) => (
            "SYN.PARAM_DUPLICATE",
            None,
            format!("Two parameters are called `{name}`: rename or remove one"),
        ),
        Kind::DuplicateKeywordArgument(name) => (
            "SYN.KWARG_REPEATED",
            None,
            format!("The argument `{name}` is given twice: remove one"),
        ),
        Kind::DuplicateTypeParameter => (
            "SYN.TYPE_PARAM",
            None,
            "Two type parameters have the same name: rename or remove one".to_owned(),
        ),
        Kind::TypeParameterDefaultOrder(name) => (
            "SYN.TYPE_PARAM",
            None,
            format!("The type parameter `{name}` has no default but follows one that has: give it a default or move it forward"),
        ),
        Kind::LateFutureImport => (
            "SYN.FUTURE_IMPORT",
            Some("late"),
            "`from __future__` imports must come first: move this line to the top, below the docstring only".to_owned(),
        ),
        Kind::FutureFeatureNotDefined(name) => (
            "SYN.FUTURE_IMPORT",
            Some("unknown"),
            match name.as_str() {
                "braces" => "Python will never use braces for blocks: remove this import and indent".to_owned(),
                _ => format!("`__future__` has no feature `{name}`: correct the name or remove the import"),
            },
        ),
        Kind::LazyFutureImport => (
            "SYN.FUTURE_IMPORT",
            Some("late"),
            "A `__future__` import cannot be lazy: remove `lazy`".to_owned(),
        ),
        Kind::LazyImportNotAllowed { context, .. } => (
            "SYN.INVALID_SYNTAX",
            None,
            format!(
                "A lazy import cannot stand in {}: move it to the top level of the module, or remove `lazy`",
                match context {
                    LazyImportContext::Function => "a function",
                    LazyImportContext::Class => "a class",
                    LazyImportContext::TryExceptBlocks => "a `try` statement",
                }
            ),
        ),
        Kind::LazyImportStar => (
            "SYN.INVALID_SYNTAX",
            None,
            "`import *` cannot be lazy: import the names that you need".to_owned(),
        ),
        Kind::NonModuleImportStar(module) => (
            "SYN.IMPORT_STAR_SCOPE",
            None,
            format!("`from {module} import *` works only at the top level: move it there, or import the names that you need"),
        ),
        Kind::NamedExpressionInComprehensionIterable => (
            "SYN.WALRUS_MISUSE",
            Some("comprehension"),
            "`:=` cannot stand in what a comprehension iterates over: assign on a line before it".to_owned(),
        ),
        Kind::NamedExpressionInClassBodyComprehension => (
            "SYN.WALRUS_MISUSE",
            Some("comprehension"),
            "`:=` cannot stand in a comprehension of a class body: use a loop, or move it into a function".to_owned(),
        ),
        Kind::ReboundComprehensionVariable => (
            "SYN.COMPREHENSION_TARGET",
            Some("rebind"),
            "`:=` cannot assign to the comprehension's own loop variable: choose another name".to_owned(),
        ),
        Kind::InvalidExpression(InvalidExpressionKind::NamedExpr, position) => (
            "SYN.WALRUS_MISUSE",
            Some("annotation"),
            format!("`:=` cannot stand in a {position}: assign on a line before it"),
        ),
        Kind::InvalidExpression(what, position) => (
            "SYN.YIELD_OUTSIDE",
            Some("annotation"),
            format!("A {what} cannot stand in a {position}: compute the value before and name it here"),
        ),
        Kind::InvalidStarExpression => (
            "SYN.STAR_EXPR",
            Some("bare"),
            "`*` unpacks only inside a call, list, tuple or set: put it in brackets, or add a comma to make a tuple".to_owned(),
        ),
        Kind::SingleStarredAssignment => (
            "SYN.STAR_EXPR",
            Some("assignment"),
            "A starred target must be in a list or tuple: add a comma after it, or remove the `*`".to_owned(),
        ),
        Kind::MultipleStarredExpressions => (
            "SYN.STAR_EXPR",
            Some("two_targets"),
            "Only one target of an assignment can be starred: remove the other `*`".to_owned(),
        ),
        Kind::WriteToDebug(WriteToDebugKind::Store | WriteToDebugKind::Delete(_)) => (
            "SYN.ASSIGN_TO_LITERAL",
            Some("none_true"),
            "`__debug__` is a constant and cannot be set or deleted: choose another name".to_owned(),
        ),
        Kind::IrrefutableCasePattern(kind) => (
            "SYN.MATCH_PATTERN",
            Some("unreachable"),
            match kind {
                IrrefutablePatternKind::Name(name) => format!(
                    "`case {name}` matches everything and binds `{name}`, so the cases below never run: move it to the end, or compare with a dotted name or a guard"
                ),
                IrrefutablePatternKind::Wildcard => {
                    "This case matches everything, so the cases below never run: move it to the end".to_owned()
                }
            },
        ),
        Kind::MultipleCaseAssignment(name) => (
            "SYN.MATCH_PATTERN",
            Some("target"),
            format!("The pattern binds `{name}` twice: rename one and compare them in a guard"),
        ),
        Kind::MultipleStarredNamesInSequencePattern => (
            "SYN.MATCH_PATTERN",
            Some("target"),
            "A sequence pattern can have only one starred name: remove the other `*`".to_owned(),
        ),
        Kind::DifferentMatchPatternBindings => (
            "SYN.MATCH_PATTERN",
            Some("target"),
            "All alternatives of a pattern must bind the same names: bind them in each, or use two cases".to_owned(),
        ),
        Kind::DuplicateMatchKey(key) => (
            "SYN.MATCH_PATTERN",
            Some("target"),
            format!("The pattern asks for the key {key} twice: remove one"),
        ),
        Kind::DuplicateMatchClassAttribute(name) => (
            "SYN.MATCH_PATTERN",
            Some("target"),
            format!("The pattern asks for the attribute `{name}` twice: remove one"),
        ),
    };
    Some(described)
}

fn await_outside(kind: AwaitKind) -> Description {
    let (construct, what) = match kind {
        AwaitKind::Await => ("await", "`await`"),
        AwaitKind::AsyncFor => ("async_for", "`async for`"),
        AwaitKind::AsyncWith => ("async_with", "`async with`"),
        AwaitKind::AsyncComprehension => ("async_comp", "An async comprehension"),
    };
    (
        "SYN.AWAIT_OUTSIDE",
        Some(construct),
        format!(
            "{what} works only in an `async def`: make the function `async`, or run it with `asyncio.run(...)`"
        ),
    )
}
