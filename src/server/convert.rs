//! Between our types and the protocol's.

use std::collections::HashMap;
use std::str::FromStr as _;

use tower_lsp::ls_types::{
    AnnotatedTextEdit, ChangeAnnotation, CodeDescription, Diagnostic, DiagnosticRelatedInformation,
    DiagnosticSeverity, DocumentChanges, Location, NumberOrString, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position as LspPosition, Range, TextDocumentEdit,
    TextEdit, Uri, WorkspaceEdit,
};

use super::features::Features;
use super::state::Snapshot;
use crate::diagnose::{Finding, Severity};
use crate::text::{Edit, Position, PositionEncoding, PositionIndex, Span, without_columns};

/// Who the diagnostics are from, as editors show it.
pub const SOURCE: &str = "salve";

/// The annotation of edits that a person must confirm.
const CONFIRM: &str = "salve.confirm";

/// Turns places in one text into the client's terms.
#[derive(Clone, Copy)]
pub struct Converter<'text> {
    /// The text.
    pub text: &'text str,
    /// Its lines.
    pub index: &'text PositionIndex,
    /// What the client's columns count.
    pub encoding: PositionEncoding,
}

impl Converter<'_> {
    /// A span as a range.
    pub fn range(&self, span: Span) -> Range {
        let position = |offset| {
            let position = self.index.position(self.text, offset, self.encoding);
            LspPosition::new(position.line, position.character)
        };
        Range::new(position(span.start), position(span.end))
    }

    /// A range as a span. Positions past the end mean the end.
    pub fn span(&self, range: Range) -> Span {
        let offset = |position| {
            self.index
                .offset(self.text, from_lsp(position), self.encoding)
        };
        Span::new(offset(range.start), offset(range.end))
    }

    /// Edits in the client's terms.
    pub fn edits(&self, edits: &[Edit], features: &Features) -> Vec<TextEdit> {
        let plain = if features.counts_columns {
            None
        } else {
            without_columns(self.text, edits)
        };
        plain
            .as_deref()
            .unwrap_or(edits)
            .iter()
            .map(|edit| TextEdit::new(self.range(edit.span), edit.replacement.clone()))
            .collect()
    }

    /// A finding as the client shows it.
    pub fn diagnostic(&self, uri: &Uri, finding: &Finding, features: &Features) -> Diagnostic {
        let related = finding
            .related
            .iter()
            .map(|related| DiagnosticRelatedInformation {
                location: Location::new(uri.clone(), self.range(related.span)),
                message: related.message.clone(),
            });
        Diagnostic {
            range: self.range(finding.span),
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
            }),
            code: Some(NumberOrString::String(finding.code.to_string())),
            code_description: features
                .code_description
                .then(|| Uri::from_str(&finding.code.href()).ok())
                .flatten()
                .map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message: finding.message.clone(),
            related_information: (features.related_information && !finding.related.is_empty())
                .then(|| related.collect()),
            ..Diagnostic::default()
        }
    }
}

/// A change of one document, in the form that the client understands. `confirm`: what a person must confirm, where the
/// client can ask.
pub fn workspace_edit(
    snapshot: &Snapshot,
    edits: Vec<TextEdit>,
    features: &Features,
    confirm: Option<&str>,
) -> WorkspaceEdit {
    if !features.document_changes {
        return WorkspaceEdit {
            changes: Some(HashMap::from([(snapshot.uri.clone(), edits)])),
            ..WorkspaceEdit::default()
        };
    }
    let confirm = confirm.filter(|_| features.change_annotations);
    let edits = edits
        .into_iter()
        .map(|text_edit| match confirm {
            None => OneOf::Left(text_edit),
            Some(_) => OneOf::Right(AnnotatedTextEdit {
                text_edit,
                annotation_id: CONFIRM.to_owned(),
            }),
        })
        .collect();
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(vec![TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier {
                uri: snapshot.uri.clone(),
                version: Some(snapshot.version),
            },
            edits,
        }])),
        change_annotations: confirm.map(|label| {
            HashMap::from([(
                CONFIRM.to_owned(),
                ChangeAnnotation {
                    label: label.to_owned(),
                    needs_confirmation: Some(true),
                    description: None,
                },
            )])
        }),
        ..WorkspaceEdit::default()
    }
}

/// A position in our terms.
pub fn from_lsp(position: LspPosition) -> Position {
    Position {
        line: position.line,
        character: position.character,
    }
}

/// The path of a `file:` URI, for the record only.
pub fn path_of(uri: &Uri) -> Option<String> {
    (uri.scheme().as_str() == "file")
        .then(|| uri.to_file_path())
        .flatten()
        .map(|path| path.to_string_lossy().into_owned())
}
