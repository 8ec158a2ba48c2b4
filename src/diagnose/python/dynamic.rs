//! What makes the names of a module unknowable from its text, and what keeps a failing lookup from mattering.

use ruff_python_ast::{self as ast, ExceptHandler, Expr, ExprContext};

use super::scopes::Scopes;

/// Attributes through which the namespace of a frame, function or module is reached.
const NAMESPACE_ATTRIBUTES: [&str; 8] = [
    "f_globals",
    "f_locals",
    "f_builtins",
    "__globals__",
    "__builtins__",
    // They put the members of an enumeration into the module.
    "global_enum",
    "_convert",
    "_convert_",
];

/// Functions that put names into the caller's namespace: IPython's magics, SCons, sympy, pyDatalog, Sage.
const INJECTING_FUNCTIONS: [&str; 9] = [
    "execfile",
    "run_line_magic",
    "run_cell",
    "create_terms",
    "Import",
    "inject_variables",
    "install_into_builtins",
    "var",
    "init_session",
];

/// Takes note of a name that is read.
pub(super) fn note_name(scopes: &mut Scopes<'_>, name: &str) {
    match name {
        "globals" | "__builtins__" | "__builtin__" | "get_ipython" | "execfile" => {
            scopes.is_dynamic = true;
        }
        _ => scopes.mentions_version |= speaks_of_version(name),
    }
}

/// Takes note of an attribute that is read or set.
pub(super) fn note_attribute(scopes: &mut Scopes<'_>, node: &ast::ExprAttribute) {
    let attribute = node.attr.as_str();
    scopes.mentions_version |= speaks_of_version(attribute);
    scopes.is_dynamic |= NAMESPACE_ATTRIBUTES.contains(&attribute);
    scopes.is_dynamic |= node.ctx == ExprContext::Store && is_name(&node.value, "builtins");
}

/// Takes note of a call. `locals()` is only a copy in a function, but the namespace itself in a class or module.
pub(super) fn note_call(scopes: &mut Scopes<'_>, node: &ast::ExprCall, owns_locals: bool) {
    let arguments = &node.arguments;
    let called = match node.func.as_ref() {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return,
    };
    let first = arguments.args.first();
    scopes.is_dynamic |= match called {
        "exec" => arguments.len() == 1,
        "locals" | "vars" | "dir" => owns_locals && arguments.is_empty(),
        "setattr" => first.is_some_and(|target| is_name(target, "builtins")),
        "vars_of" | "import_module" | "__import__" | "reload" => {
            first.is_some_and(|module| is_name(module, "__name__"))
        }
        "install" => {
            matches!(node.func.as_ref(), Expr::Attribute(attribute) if is_name(&attribute.value, "gettext"))
        }
        _ => INJECTING_FUNCTIONS.contains(&called),
    };
}

/// Takes note of `sys.modules[__name__]`.
pub(super) fn note_subscript(scopes: &mut Scopes<'_>, node: &ast::ExprSubscript) {
    scopes.is_dynamic |= is_name(&node.slice, "__name__");
}

/// Whether a handler catches `NameError`: by name, in a tuple, or because it catches everything.
pub(super) fn catches_name_error(handler: &ExceptHandler) -> bool {
    let ExceptHandler::ExceptHandler(handler) = handler;
    handler.type_.as_deref().is_none_or(names_name_error)
}

/// Whether a context manager is told about `NameError`: `suppress(NameError)`, `raises(NameError)`.
pub(super) fn expects_name_error(item: &ast::WithItem) -> bool {
    matches!(&item.context_expr, Expr::Call(call) if call.arguments.args.iter().any(names_name_error))
}

/// Whether code under this condition never runs: `if False`, `if 0`, `if TYPE_CHECKING`.
pub(super) fn is_never_true(test: &Expr) -> bool {
    match test {
        Expr::BooleanLiteral(literal) => !literal.value,
        Expr::NumberLiteral(literal) => {
            matches!(&literal.value, ast::Number::Int(int) if *int == ast::Int::ZERO)
        }
        Expr::Name(name) => name.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        Expr::BoolOp(operation) if operation.op == ast::BoolOp::And => {
            operation.values.iter().any(is_never_true)
        }
        _ => false,
    }
}

fn names_name_error(expression: &Expr) -> bool {
    match expression {
        Expr::Name(name) => matches!(name.id.as_str(), "NameError" | "UnboundLocalError"),
        Expr::Attribute(attribute) => attribute.attr.as_str() == "NameError",
        Expr::Tuple(tuple) => tuple.elts.iter().any(names_name_error),
        _ => false,
    }
}

fn is_name(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Name(node) if node.id.as_str() == name)
}

/// `version_info`, `hexversion`, `PY2`, `IS_PYTHON3` and the like.
fn speaks_of_version(name: &str) -> bool {
    if name.len() < 3 || name.len() > 24 {
        return false;
    }
    let lower = name.to_ascii_lowercase();
    lower.contains("version")
        || [
            "py2", "py3", "py_2", "py_3", "python2", "python3", "python_2", "python_3",
        ]
        .iter()
        .any(|part| lower.contains(part))
}
