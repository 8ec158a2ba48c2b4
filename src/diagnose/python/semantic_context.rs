//! The surroundings of a node, as ruff's checker asks for them.

use std::cell::RefCell;

use ruff_python_ast::PythonVersion;
use ruff_python_parser::semantic_errors::{
    LazyImportContext, SemanticSyntaxContext, SemanticSyntaxError, SemanticSyntaxErrorKind,
};
use ruff_text_size::TextRange;

use super::semantic_message::Place;

/// What encloses a node, from the compiler's point of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    Module,
    Class,
    Function { is_async: bool },
    Lambda,
    Comprehension { is_generator: bool, is_async: bool },
}

pub(super) struct Context<'text> {
    pub(super) source: &'text str,
    pub(super) version: PythonVersion,
    pub(super) frames: Vec<Frame>,
    /// Loops around the node within its function.
    pub(super) loops: usize,
    /// `try` statements around the node within its function.
    pub(super) tries: usize,
    /// The statement stands directly in a branch of an `if`.
    pub(super) in_if: bool,
    pub(super) future_annotations: bool,
    pub(super) errors: RefCell<Vec<(SemanticSyntaxError, Place)>>,
}

impl Context<'_> {
    fn innermost(&self) -> Frame {
        self.frames.last().copied().unwrap_or(Frame::Module)
    }

    /// The nearest frame that is not a comprehension.
    fn owner(&self) -> Frame {
        self.frames
            .iter()
            .rev()
            .copied()
            .find(|frame| !matches!(frame, Frame::Comprehension { .. }))
            .unwrap_or(Frame::Module)
    }

    fn place(&self) -> Place {
        Place {
            in_function: matches!(self.owner(), Frame::Function { .. }),
            in_class: self.owner() == Frame::Class,
            in_comprehension: matches!(self.innermost(), Frame::Comprehension { .. }),
            in_if: self.in_if,
        }
    }

    /// The comprehensions between the node and its function, class or module, from the inside.
    fn comprehensions(&self) -> impl Iterator<Item = (bool, bool)> + '_ {
        self.frames.iter().rev().map_while(|frame| match frame {
            Frame::Comprehension {
                is_generator,
                is_async,
            } => Some((*is_generator, *is_async)),
            _ => None,
        })
    }
}

impl SemanticSyntaxContext for Context<'_> {
    fn future_annotations_or_stub(&self) -> bool {
        self.future_annotations
    }

    fn lazy_import_context(&self) -> Option<LazyImportContext> {
        match self.owner() {
            Frame::Function { .. } | Frame::Lambda => Some(LazyImportContext::Function),
            Frame::Class => Some(LazyImportContext::Class),
            _ if self.tries > 0 => Some(LazyImportContext::TryExceptBlocks),
            _ => None,
        }
    }

    fn python_version(&self) -> PythonVersion {
        self.version
    }

    fn source(&self) -> &str {
        self.source
    }

    // `global` and `nonlocal` are judged by `scope_rules`, from the whole table of scopes.
    fn global(&self, _name: &str) -> Option<TextRange> {
        None
    }

    fn has_nonlocal_binding(&self, _name: &str) -> bool {
        true
    }

    fn is_bound_parameter(&self, _name: &str) -> bool {
        false
    }

    fn in_async_context(&self) -> bool {
        self.owner() == Frame::Function { is_async: true }
    }

    fn in_await_allowed_context(&self) -> bool {
        // A generator expression turns asynchronous by itself and may stand anywhere.
        self.in_generator_context()
            || matches!(self.owner(), Frame::Function { .. } | Frame::Lambda)
    }

    fn in_yield_allowed_context(&self) -> bool {
        matches!(self.innermost(), Frame::Function { .. } | Frame::Lambda)
    }

    fn in_sync_comprehension(&self) -> bool {
        self.comprehensions().any(|(_, is_async)| !is_async)
    }

    fn in_class_body_comprehension(&self) -> bool {
        self.owner() == Frame::Class
    }

    fn in_module_scope(&self) -> bool {
        self.innermost() == Frame::Module
    }

    fn in_function_scope(&self) -> bool {
        matches!(self.innermost(), Frame::Function { .. })
    }

    fn in_generator_context(&self) -> bool {
        self.comprehensions().any(|(is_generator, _)| is_generator)
    }

    fn in_notebook(&self) -> bool {
        false
    }

    fn report_semantic_error(&self, error: SemanticSyntaxError) {
        // Before 3.8 `yield` in a comprehension was only deprecated.
        let allowed_once = matches!(error.kind, SemanticSyntaxErrorKind::YieldOutsideFunction(_))
            && self.version < PythonVersion::PY38
            && matches!(self.innermost(), Frame::Comprehension { .. })
            && matches!(self.owner(), Frame::Function { .. } | Frame::Lambda);
        if !allowed_once {
            self.errors.borrow_mut().push((error, self.place()));
        }
    }

    fn in_loop_context(&self) -> bool {
        self.loops > 0
    }
}
