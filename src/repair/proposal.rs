use crate::diagnose::Related;
use crate::lang::python::{Token, TokenKind, tokens};
use crate::learn::Belief;
use crate::taxonomy::Code;
use crate::text::{Applicability, Edit, Span};

/// A rule's guess: this mistake, and this change to cure it. The search decides whether it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The rule, named for the defect.
    pub rule: &'static str,
    /// The change, in the coordinates of the site's text.
    pub edits: Vec<Edit>,
    /// How unlikely the mistake is beside others that would explain the same text: about ten times the negative
    /// logarithm of its probability. Lower wins.
    pub cost: u32,
    /// What kind of mistake it would be.
    pub code: Code,
    /// The construct that it would damage.
    pub construct: Option<&'static str>,
    /// The damaged place.
    pub span: Span,
    /// What is wrong and what to do.
    pub message: String,
    /// What the change does, as an order.
    pub title: String,
    /// How certain it is that the change is meant, if it holds.
    pub applicability: Applicability,
    /// Places that explain it.
    pub related: Vec<Related>,
    /// What is believed of it from accepted fixes, if anything was learned of it.
    pub belief: Option<Belief>,
}

impl Proposal {
    /// A proposal that is certain if it holds, without construct or related places.
    pub fn new(rule: &'static str, code: Code, cost: u32, span: Span, edits: Vec<Edit>) -> Self {
        Self {
            rule,
            edits,
            cost,
            code,
            construct: None,
            span,
            message: String::new(),
            title: String::new(),
            applicability: Applicability::Safe,
            related: Vec::new(),
            belief: None,
        }
    }

    /// How many words of the person's fewer there are afterwards: names, keywords and literals.
    pub fn words_lost(&self, text: &str) -> usize {
        let words = |text: &str| tokens(text).filter(is_written).count();
        let (lost, put) = self.edits.iter().fold((0, 0), |(lost, put), edit| {
            let (old, new) = (edit.span.of(text), edit.replacement.as_str());
            (lost + words(old), put + words(new))
        });
        lost.saturating_sub(put)
    }

    /// Sets what is wrong and what to do.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Sets what the change does.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets the damaged construct.
    pub fn construct(mut self, construct: impl Into<Option<&'static str>>) -> Self {
        self.construct = construct.into();
        self
    }

    /// Says that the change is only probably meant.
    pub fn unsafe_fix(mut self) -> Self {
        self.applicability = Applicability::Unsafe;
        self
    }

    /// Says that a person has to complete the change.
    pub fn display_only(mut self) -> Self {
        self.applicability = Applicability::DisplayOnly;
        self
    }

    /// Adds a place that explains it.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related {
            span,
            message: message.into(),
        });
        self
    }
}

/// Whether a token is a word that somebody thought of, not punctuation.
fn is_written(token: &Token) -> bool {
    matches!(
        token.kind,
        TokenKind::Name | TokenKind::Keyword | TokenKind::Number | TokenKind::String { .. }
    )
}
