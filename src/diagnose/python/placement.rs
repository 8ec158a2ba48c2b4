//! Compile-stage rules that ruff's checker does not have, each about one node and the blocks around it.

use ruff_python_ast::{self as ast, Expr, ExprContext, Number, Pattern, PythonVersion, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::semantic_message::error;
use crate::diagnose::Finding;

/// The features of `__future__`.
const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

/// What surrounds a statement within its function.
#[derive(Debug, Clone, Default)]
pub(super) struct Blocks {
    limit: usize,
    depth: usize,
    reported: bool,
    /// Inside an `except*` handler.
    in_except_star: bool,
    /// Inside a loop that began within the nearest `except*` handler.
    loops_in_except_star: usize,
}

impl Blocks {
    /// The compiler's limit on nested blocks (`CO_MAXBLOCKS`) depends on `version`.
    pub(super) fn new(version: PythonVersion) -> Self {
        let limit = if version < PythonVersion::PY313 {
            20
        } else if version < PythonVersion::PY314 {
            21
        } else {
            40
        };
        Self {
            limit,
            ..Self::default()
        }
    }

    /// Starts afresh in a function or class; gives back what to restore.
    pub(super) fn enter_scope(&mut self) -> Self {
        let inner = Self {
            limit: self.limit,
            reported: self.reported,
            ..Self::default()
        };
        std::mem::replace(self, inner)
    }

    pub(super) fn leave_scope(&mut self, outer: Self) {
        let reported = self.reported;
        *self = outer;
        self.reported |= reported;
    }

    /// Opens `count` blocks; a finding the first time that there are too many.
    pub(super) fn enter(&mut self, statement: &Stmt, count: usize) -> Option<Finding> {
        self.depth += count;
        if self.depth <= self.limit || self.reported {
            return None;
        }
        self.reported = true;
        Some(error(
            "SYN.TOO_COMPLEX",
            Some("nesting"),
            statement.range().start_keyword(),
            format!(
                "More than {} loops, `with` and `try` blocks are nested here: move the inner ones into a function",
                self.limit
            ),
        ))
    }

    pub(super) fn leave(&mut self, count: usize) {
        self.depth -= count;
    }

    pub(super) fn enter_loop(&mut self, statement: &Stmt) -> Option<Finding> {
        self.loops_in_except_star += 1;
        self.enter(statement, 1)
    }

    pub(super) fn leave_loop(&mut self) {
        self.loops_in_except_star -= 1;
        self.leave(1);
    }

    /// Gives back what `leave_except_star` restores.
    pub(super) fn enter_except_star(&mut self) -> (bool, usize) {
        let before = (self.in_except_star, self.loops_in_except_star);
        (self.in_except_star, self.loops_in_except_star) = (true, 0);
        before
    }

    pub(super) fn leave_except_star(&mut self, before: (bool, usize)) {
        (self.in_except_star, self.loops_in_except_star) = before;
    }
}

trait Keyword {
    fn start_keyword(self) -> TextRange;
}

impl Keyword for TextRange {
    /// The first three bytes: no compound statement's keyword is shorter, and the whole block would be too much to mark.
    fn start_keyword(self) -> TextRange {
        let end = self
            .end()
            .min(self.start() + ruff_text_size::TextSize::new(3));
        TextRange::new(self.start(), end)
    }
}

/// Checks one statement, not what is inside it.
pub(super) fn check_statement(
    statement: &Stmt,
    blocks: &Blocks,
    version: PythonVersion,
    findings: &mut Vec<Finding>,
) {
    match statement {
        Stmt::Expr(node) => check_star(&node.value, findings),
        Stmt::AnnAssign(node) => {
            if let Some(value) = node.value.as_deref() {
                check_star(value, findings);
            }
        }
        Stmt::AugAssign(node) => check_star(&node.value, findings),
        Stmt::ImportFrom(node) if node.level > 0 && version < PythonVersion::PY313 => {
            relative_future(node, findings);
        }
        Stmt::Try(node) => bare_except_last(node, findings),
        Stmt::ClassDef(node) => {
            if let Some(arguments) = node.arguments.as_deref() {
                debug_keywords(arguments, findings);
            }
        }
        Stmt::Match(node) => {
            for case in &node.cases {
                unreachable_alternative(&case.pattern, findings);
            }
        }
        Stmt::Return(_) if blocks.in_except_star => {
            leaves_except_star("SYN.RETURN_OUTSIDE", "return", statement, findings);
        }
        Stmt::Break(_) if blocks.in_except_star && blocks.loops_in_except_star == 0 => {
            leaves_except_star("SYN.BREAK_OUTSIDE", "break", statement, findings);
        }
        Stmt::Continue(_) if blocks.in_except_star && blocks.loops_in_except_star == 0 => {
            leaves_except_star("SYN.CONTINUE_OUTSIDE", "continue", statement, findings);
        }
        _ => {}
    }
}

/// Checks one expression, not what is inside it.
pub(super) fn check_expression(
    expression: &Expr,
    version: PythonVersion,
    findings: &mut Vec<Finding>,
) {
    match expression {
        Expr::Attribute(node) if node.attr.as_str() == "__debug__" => {
            debug_attribute(node, version, findings);
        }
        Expr::Call(node) => debug_keywords(&node.arguments, findings),
        Expr::Tuple(node) if node.ctx == ExprContext::Store => {
            star_position(&node.elts, findings);
        }
        Expr::List(node) if node.ctx == ExprContext::Store => {
            star_position(&node.elts, findings);
        }
        Expr::NumberLiteral(node) if version >= PythonVersion::PY311 => {
            too_many_digits(node, findings);
        }
        _ => {}
    }
}

/// Checks one pattern, not what is inside it.
pub(super) fn check_pattern(pattern: &Pattern, findings: &mut Vec<Finding>) {
    let values: &[Expr] = match pattern {
        Pattern::MatchValue(node) => std::slice::from_ref(&node.value),
        Pattern::MatchMapping(node) => &node.keys,
        Pattern::MatchClass(node) => {
            for keyword in &node.arguments.keywords {
                if keyword.attr.as_str() == "__debug__" {
                    findings.push(debug_write(keyword.attr.range));
                }
            }
            &[]
        }
        _ => &[],
    };
    for value in values {
        if value.is_f_string_expr() || value.is_t_string_expr() {
            findings.push(error(
                "SYN.MATCH_PATTERN",
                Some("target"),
                value.range(),
                "A pattern cannot be an f-string: write a plain string, or compare in a guard (`case x if x == ...`)"
                    .to_owned(),
            ));
        }
    }
}

/// Reports `expression` if it is a bare `*a`.
pub(super) fn check_star(expression: &Expr, findings: &mut Vec<Finding>) {
    if expression.is_starred_expr() {
        findings.push(error(
            "SYN.STAR_EXPR",
            Some("bare"),
            expression.range(),
            "`*` unpacks only inside a call, list, tuple or set: put it in brackets, or add a comma to make a tuple"
                .to_owned(),
        ));
    }
}

fn leaves_except_star(
    code: &'static str,
    keyword: &str,
    statement: &Stmt,
    findings: &mut Vec<Finding>,
) {
    findings.push(error(
        code,
        Some("except_star"),
        statement.range(),
        format!("`{keyword}` cannot leave an `except*` block: set a flag here and test it after the `try` statement"),
    ));
}

/// Older CPythons take `from .__future__ import x` for a future import too.
fn relative_future(node: &ast::StmtImportFrom, findings: &mut Vec<Finding>) {
    if node.module.as_deref() != Some("__future__") {
        return;
    }
    for alias in &node.names {
        if !FEATURES.contains(&alias.name.as_str()) {
            findings.push(error(
                "SYN.FUTURE_IMPORT",
                Some("unknown"),
                alias.range,
                format!(
                    "`__future__` has no feature `{}`: rename your own module",
                    alias.name
                ),
            ));
        }
    }
}

fn bare_except_last(node: &ast::StmtTry, findings: &mut Vec<Finding>) {
    for handler in node.handlers.iter().rev().skip(1).rev() {
        let ast::ExceptHandler::ExceptHandler(handler) = handler;
        if handler.type_.is_none() {
            let start = handler.range.start();
            let keyword = TextRange::new(start, start + ruff_text_size::TextSize::new(6));
            findings.push(error(
                "SYN.CLAUSE_ORDER",
                Some("bare_except_first"),
                keyword,
                "A bare `except:` catches everything, so it must be the last handler: move it below the others"
                    .to_owned(),
            ));
        }
    }
}

/// An alternative that always matches, before the last one, anywhere in a pattern.
fn unreachable_alternative(pattern: &Pattern, findings: &mut Vec<Finding>) {
    match pattern {
        Pattern::MatchOr(node) => {
            if let Some((_, before)) = node.patterns.split_last() {
                for alternative in before.iter().filter(|pattern| pattern.is_irrefutable()) {
                    findings.push(error(
                        "SYN.MATCH_PATTERN",
                        Some("unreachable"),
                        alternative.range(),
                        "This alternative always matches, so the ones after it are never tried: move it to the end"
                            .to_owned(),
                    ));
                }
            }
            for alternative in &node.patterns {
                unreachable_alternative(alternative, findings);
            }
        }
        Pattern::MatchSequence(node) => {
            for inner in &node.patterns {
                unreachable_alternative(inner, findings);
            }
        }
        Pattern::MatchMapping(node) => {
            for inner in &node.patterns {
                unreachable_alternative(inner, findings);
            }
        }
        Pattern::MatchClass(node) => {
            let keywords = node.arguments.keywords.iter().map(|k| &k.pattern);
            for inner in node.arguments.patterns.iter().chain(keywords) {
                unreachable_alternative(inner, findings);
            }
        }
        Pattern::MatchAs(node) => {
            if let Some(inner) = node.pattern.as_deref() {
                unreachable_alternative(inner, findings);
            }
        }
        _ => {}
    }
}

fn debug_attribute(node: &ast::ExprAttribute, version: PythonVersion, findings: &mut Vec<Finding>) {
    let written = node.ctx == ExprContext::Store
        || node.ctx == ExprContext::Del && version >= PythonVersion::PY39;
    if written {
        findings.push(debug_write(node.attr.range));
    }
}

fn debug_keywords(arguments: &ast::Arguments, findings: &mut Vec<Finding>) {
    for name in arguments.keywords.iter().filter_map(|k| k.arg.as_ref()) {
        if name.as_str() == "__debug__" {
            findings.push(debug_write(name.range));
        }
    }
}

fn debug_write(range: TextRange) -> Finding {
    error(
        "SYN.ASSIGN_TO_LITERAL",
        Some("none_true"),
        range,
        "`__debug__` is a constant and cannot be set or deleted: choose another name".to_owned(),
    )
}

/// At most 255 targets may stand before a star (CPython's `UNPACK_EX`).
fn star_position(targets: &[Expr], findings: &mut Vec<Finding>) {
    let Some(position) = targets.iter().position(Expr::is_starred_expr) else {
        return;
    };
    if let (true, Some(star)) = (position > 255, targets.get(position)) {
        findings.push(error(
            "SYN.STAR_EXPR",
            Some("assignment"),
            star.range(),
            "At most 255 targets may stand before a starred one: unpack into a list and take slices of it"
                .to_owned(),
        ));
    }
}

/// Decimal literals are limited to 4,300 digits (CVE-2020-10735).
fn too_many_digits(node: &ast::ExprNumberLiteral, findings: &mut Vec<Finding>) {
    let Number::Int(value) = &node.value else {
        return;
    };
    if node.range.len().to_usize() <= 4_300 {
        return;
    }
    let written = value.to_string();
    if written.bytes().filter(u8::is_ascii_digit).count() > 4_300
        && written
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
    {
        findings.push(error(
            "SYN.TOO_COMPLEX",
            Some("int_digits"),
            node.range,
            "A decimal number may have at most 4,300 digits: write it in hexadecimal".to_owned(),
        ));
    }
}
