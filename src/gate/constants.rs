//! What an expression is worth where it can be read off: names are hidden in pieces of text.

use ruff_python_ast::{Expr, FStringPart, InterpolatedStringElement, Number, Operator, UnaryOp};

/// The text that an expression always has; `None` if that cannot be read off.
pub(super) fn constant_text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
        Expr::BinOp(sum) if sum.op == Operator::Add => {
            Some(constant_text(&sum.left)? + &constant_text(&sum.right)?)
        }
        Expr::FString(formatted) => formatted.value.iter().map(part_text).collect(),
        Expr::Subscript(reversed) => {
            let Expr::Slice(slice) = &*reversed.slice else {
                return None;
            };
            let step = slice.step.as_deref()?;
            let is_back = slice.lower.is_none() && slice.upper.is_none() && is_minus_one(step);
            is_back.then_some(())?;
            Some(constant_text(&reversed.value)?.chars().rev().collect())
        }
        Expr::Call(call) => {
            let Expr::Attribute(method) = &*call.func else {
                return None;
            };
            let text = constant_text(&method.value)?;
            match (method.attr.as_str(), &*call.arguments.args) {
                ("join", [pieces]) => {
                    let pieces: Option<Vec<String>> =
                        elements(pieces)?.iter().map(constant_text).collect();
                    Some(pieces?.join(&text))
                }
                ("lower", []) => Some(text.to_lowercase()),
                ("strip", []) => Some(text.trim().to_owned()),
                ("replace", [from, to]) => {
                    Some(text.replace(&constant_text(from)?, &constant_text(to)?))
                }
                _ => None,
            }
        }
        Expr::Named(named) => constant_text(&named.value),
        _ => None,
    }
}

fn part_text(part: &FStringPart) -> Option<String> {
    match part {
        FStringPart::Literal(literal) => Some(literal.value.to_string()),
        FStringPart::FString(formatted) => formatted
            .elements
            .iter()
            .map(|element| match element {
                InterpolatedStringElement::Literal(literal) => Some(literal.value.to_string()),
                InterpolatedStringElement::Interpolation(field) => constant_text(&field.expression),
            })
            .collect(),
    }
}

fn is_minus_one(expr: &Expr) -> bool {
    let Expr::UnaryOp(minus) = expr else {
        return false;
    };
    let one = matches!(&*minus.operand, Expr::NumberLiteral(number) if is_small(&number.value, 1));
    minus.op == UnaryOp::USub && one
}

fn is_small(number: &Number, value: u8) -> bool {
    matches!(number, Number::Int(integer) if integer.as_u8() == Some(value))
}

/// The elements of a tuple or a list that is written out.
pub(super) fn elements(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Tuple(tuple) => Some(&tuple.elts),
        Expr::List(list) => Some(&list.elts),
        _ => None,
    }
}

/// Whether an expression is true whatever the program does.
pub(super) fn is_always_true(expr: &Expr) -> bool {
    match expr {
        Expr::BooleanLiteral(literal) => literal.value,
        Expr::NumberLiteral(number) => !is_small(&number.value, 0),
        Expr::StringLiteral(literal) => !literal.value.is_empty(),
        Expr::Tuple(tuple) => !tuple.elts.is_empty(),
        Expr::EllipsisLiteral(_) => true,
        Expr::BoolOp(operation) if operation.op.is_or() => {
            operation.values.iter().any(is_always_true)
        }
        Expr::BoolOp(operation) => operation.values.iter().all(is_always_true),
        Expr::UnaryOp(negated) => {
            negated.op == UnaryOp::Not
                && match &*negated.operand {
                    Expr::BooleanLiteral(literal) => !literal.value,
                    Expr::NoneLiteral(_) => true,
                    Expr::NumberLiteral(number) => is_small(&number.value, 0),
                    _ => false,
                }
        }
        Expr::Compare(comparison) => match (&*comparison.ops, &*comparison.comparators) {
            ([op], [right]) => {
                let same = ruff_python_ast::comparable::ComparableExpr::from(&*comparison.left)
                    == ruff_python_ast::comparable::ComparableExpr::from(right);
                same && (op.is_eq() || op.is_is())
            }
            _ => false,
        },
        _ => false,
    }
}
