//! Pieces of a file that are programs by themselves.

use fastrand::Rng;
use ruff_python_ast::Stmt;
use ruff_text_size::Ranged;

use super::{VERSION, parses};
use crate::lang::python::{parse, syntax_errors};

/// Fewest and most lines of a piece.
const LINES: std::ops::RangeInclusive<usize> = 6..=90;

/// The statements of a file from which pieces are cut.
pub struct Pieces<'source> {
    lines: Vec<&'source str>,
    /// The statements of the module and of every class in it, each a group of neighbors: first line from zero, and the
    /// line past the last one.
    groups: Vec<Vec<(usize, usize)>>,
    /// Statements with which a piece can start: the group and the place in it.
    starts: Vec<(usize, usize)>,
}

/// Reads a file; there are no pieces in one that does not parse.
pub fn pieces(source: &str) -> Pieces<'_> {
    let mut pieces = Pieces {
        lines: source.lines().collect(),
        groups: Vec::new(),
        starts: Vec::new(),
    };
    let parsed = parse(source, VERSION);
    if !syntax_errors(&parsed).is_empty() {
        return pieces;
    }
    let breaks: Vec<usize> = source.match_indices('\n').map(|(at, _)| at).collect();
    pieces.collect(&parsed.syntax().body, &breaks);
    pieces.starts = std::iter::zip(0.., &pieces.groups)
        .flat_map(|(group, statements)| (0..statements.len()).map(move |start| (group, start)))
        .collect();
    pieces
}

impl Pieces<'_> {
    fn collect(&mut self, body: &[Stmt], breaks: &[usize]) {
        let line_of = |offset: usize| breaks.partition_point(|line_break| *line_break < offset);
        let mut statements: Vec<(usize, usize)> = Vec::new();
        for statement in body {
            let first = line_of(statement.start().to_usize());
            let past = line_of(statement.end().to_usize()) + 1;
            match statements.last_mut() {
                // Two statements of one line stay together.
                Some((_, end)) if *end > first => *end = past,
                _ => statements.push((first, past)),
            }
        }
        self.groups.push(statements);
        for statement in body {
            if let Stmt::ClassDef(class) = statement {
                self.collect(&class.body, breaks);
            }
        }
    }

    /// Whether there is nothing to cut.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// A piece of whole statements that parses by itself, not indented; `None` if the draw was in vain.
    pub fn cut(&self, random: &mut Rng) -> Option<String> {
        let (group, start) = *random.choice(&self.starts)?;
        let statements = self.groups.get(group)?.get(start..)?;
        let (first, mut past) = *statements.first()?;
        // Short pieces are more common than long ones, as files are.
        let wish = random.f64();
        let wanted = LINES.start() + ((LINES.end() - LINES.start()) as f64 * wish * wish) as usize;
        for (_, end) in statements {
            if end - first > *LINES.end() {
                break;
            }
            past = *end;
            if past - first >= wanted {
                break;
            }
        }
        if !LINES.contains(&(past - first)) {
            return None;
        }
        let lines = self.lines.get(first..past)?;
        let head = lines.first()?;
        let margin = head.get(..head.len() - head.trim_start().len())?;
        let mut text = String::new();
        for line in lines {
            // What has no margin is blank, or stands in a string of several lines.
            text.push_str(line.strip_prefix(margin).unwrap_or(line));
            text.push('\n');
        }
        parses(&text).then_some(text)
    }
}
