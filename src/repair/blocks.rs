//! The blocks that a place of a text stands in, as far as the parser understood it.

use ruff_python_ast::{ExceptHandler, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::piece::Kept;
use super::window::line_start;
use crate::text::Span;

/// The last statement that begins at or before a line, simple or the head of a block, and what it stands in.
#[derive(Debug, Default)]
pub struct Place {
    /// Offset of the line where it begins.
    pub start: usize,
    /// The heads of the blocks around it, from the outside in.
    pub heads: Vec<Kept>,
    /// How far each `try` around it is indented whose handler is still to come, in bytes.
    pub tries: Vec<usize>,
}

/// The place of the last statement of `suite` that begins at or before `line`, the offset of a line's start.
pub fn place(text: &str, mut suite: &[Stmt], line: usize) -> Option<Place> {
    let mut found = Place::default();
    loop {
        let own = suite.partition_point(|statement| start_of(text, statement) <= line);
        // The parser makes several statements of a broken line: the first one of the line counts.
        let mut own = own.checked_sub(1)?;
        found.start = start_of(text, suite.get(own)?);
        while own > 0
            && suite
                .get(own - 1)
                .is_some_and(|before| start_of(text, before) == found.start)
        {
            own -= 1;
        }
        let statement = suite.get(own)?;
        let blocks = blocks(text, statement);
        let Some(block) = blocks
            .into_iter()
            .rev()
            .find(|block| block.first_line.is_some_and(|first| first <= line))
        else {
            return Some(found);
        };
        found.heads.extend(block.heads);
        if block.is_try {
            found
                .tries
                .push(statement.range().start().to_usize() - found.start);
        }
        suite = block.body;
    }
}

/// One block of a statement.
struct Block<'tree> {
    heads: Vec<Kept>,
    body: &'tree [Stmt],
    /// Where the line of its first statement starts; `None` if that is also the line of the head.
    first_line: Option<usize>,
    is_try: bool,
}

fn blocks<'tree>(text: &str, statement: &'tree Stmt) -> Vec<Block<'tree>> {
    let start = start_of(text, statement);
    let indent = Span::new(start, statement.range().start().to_usize()).of(text);
    // A head from `from` on, after what stands in for the statement's clauses before it.
    let block = |stand_in: &str, from: Option<TextSize>, body: &'tree [Stmt]| {
        let stand_in = stand_in
            .lines()
            .map(|line| format!("{indent}{line}\n"))
            .collect();
        let head = from.map(|from| line_start(text, from.to_usize()));
        let first = body.first().map(|first| start_of(text, first));
        let first_line = first.filter(|first| head.unwrap_or(start) < *first);
        let span = match (head, first_line) {
            (Some(head), Some(first)) => Span::new(head, first),
            _ => Span::empty(first.unwrap_or(start)),
        };
        Block {
            heads: vec![Kept { stand_in, span }],
            body,
            first_line,
            is_try: false,
        }
    };
    let own = Some(statement.range().start());
    match statement {
        Stmt::FunctionDef(it) => vec![block("", own, &it.body)],
        Stmt::ClassDef(it) => vec![block("", own, &it.body)],
        Stmt::With(it) => vec![block("", own, &it.body)],
        Stmt::For(it) => vec![
            block("", own, &it.body),
            block("if 0: 0\nelse:", None, &it.orelse),
        ],
        Stmt::While(it) => vec![
            block("", own, &it.body),
            block("if 0: 0\nelse:", None, &it.orelse),
        ],
        Stmt::If(it) => std::iter::once(block("", own, &it.body))
            .chain(
                it.elif_else_clauses
                    .iter()
                    .map(|clause| block("if 0: 0", Some(clause.range.start()), &clause.body)),
            )
            .collect(),
        Stmt::Try(it) => {
            let mut first = block("", own, &it.body);
            first.is_try = true;
            let handlers = it.handlers.iter().map(|handler| {
                let ExceptHandler::ExceptHandler(handler) = handler;
                block("try: 0", Some(handler.range.start()), &handler.body)
            });
            std::iter::once(first)
                .chain(handlers)
                .chain([
                    block("try: 0\nexcept: 0\nelse:", None, &it.orelse),
                    block("try: 0\nfinally:", None, &it.finalbody),
                ])
                .collect()
        }
        Stmt::Match(it) => it
            .cases
            .iter()
            .map(|case| {
                let mut own_case = block("", Some(case.range.start()), &case.body);
                let first = it.cases.first().unwrap_or(case);
                let head = Span::new(start, line_start(text, first.range.start().to_usize()));
                own_case.heads.insert(
                    0,
                    Kept {
                        stand_in: String::new(),
                        span: head,
                    },
                );
                own_case
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn start_of(text: &str, statement: &Stmt) -> usize {
    line_start(text, statement.range().start().to_usize())
}
