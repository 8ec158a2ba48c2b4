use tower_lsp::ls_types::{ClientCapabilities, PositionEncodingKind};

use crate::text::PositionEncoding;

/// What the client can do, as far as answers depend on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Features {
    /// What a column counts.
    pub encoding: PositionEncoding,
    /// It is new enough to be trusted with columns. Older ones may count bytes without saying so, as ALE does.
    pub counts_columns: bool,
    /// It asks for diagnostics itself.
    pub pulls_diagnostics: bool,
    /// It asks again for diagnostics when told to.
    pub refreshes_diagnostics: bool,
    /// It shows places that explain a diagnostic.
    pub related_information: bool,
    /// It links a diagnostic's code to a page.
    pub code_description: bool,
    /// It takes versioned edits.
    pub document_changes: bool,
    /// It shows annotated edits for confirmation.
    pub change_annotations: bool,
    /// It asks for the edit of an action that is chosen.
    pub resolves_edit: bool,
    /// It asks for the command of an action that is chosen.
    pub resolves_command: bool,
    /// It runs an action's command after its edit.
    pub runs_commands: bool,
    /// It shows progress.
    pub progress: bool,
}

impl Features {
    /// Reads the capabilities that a client announces.
    pub fn of(capabilities: &ClientCapabilities) -> Self {
        let workspace = capabilities.workspace.clone().unwrap_or_default();
        let document = capabilities.text_document.clone().unwrap_or_default();
        let edits = workspace.workspace_edit.unwrap_or_default();
        let publish = document.publish_diagnostics.unwrap_or_default();
        let pull = document.diagnostic;
        let actions = document.code_action.unwrap_or_default();
        let resolved = actions.resolve_support.unwrap_or_default().properties;
        let resolves = |property: &str| resolved.iter().any(|name| name == property);
        Self {
            encoding: encoding_of(capabilities),
            counts_columns: edits.document_changes.unwrap_or(false)
                || capabilities
                    .general
                    .as_ref()
                    .is_some_and(|general| general.position_encodings.is_some()),
            pulls_diagnostics: pull.is_some(),
            refreshes_diagnostics: workspace
                .diagnostics
                .and_then(|diagnostics| diagnostics.refresh_support)
                .unwrap_or(false),
            related_information: publish.related_information.unwrap_or(false)
                || pull
                    .as_ref()
                    .and_then(|pull| pull.related_information)
                    .unwrap_or(false),
            code_description: publish.code_description_support.unwrap_or(false)
                || pull
                    .and_then(|pull| pull.code_description_support)
                    .unwrap_or(false),
            document_changes: edits.document_changes.unwrap_or(false),
            change_annotations: edits.document_changes.unwrap_or(false)
                && edits.change_annotation_support.is_some(),
            resolves_edit: resolves("edit"),
            resolves_command: resolves("command"),
            // Of an action with both, old clients run the command instead of the edit. They know no preferred actions.
            runs_commands: workspace.execute_command.is_some()
                && actions.is_preferred_support.unwrap_or(false),
            progress: capabilities
                .window
                .as_ref()
                .and_then(|window| window.work_done_progress)
                .unwrap_or(false),
        }
    }

    /// The encoding in the protocol's words.
    pub fn encoding_kind(&self) -> PositionEncodingKind {
        match self.encoding {
            PositionEncoding::Utf8 => PositionEncodingKind::UTF8,
            PositionEncoding::Utf16 => PositionEncodingKind::UTF16,
            PositionEncoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }
}

/// The client's first choice of what we know (LSP 3.17, `general.positionEncodings`: in order of preference).
fn encoding_of(capabilities: &ClientCapabilities) -> PositionEncoding {
    capabilities
        .general
        .iter()
        .filter_map(|general| general.position_encodings.as_ref())
        .flatten()
        .find_map(|kind| match kind.as_str() {
            "utf-8" => Some(PositionEncoding::Utf8),
            "utf-16" => Some(PositionEncoding::Utf16),
            "utf-32" => Some(PositionEncoding::Utf32),
            _ => None,
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn features(capabilities: serde_json::Value) -> Features {
        Features::of(&serde_json::from_value(capabilities).expect("capabilities are well-formed"))
    }

    #[test]
    fn a_client_that_announces_nothing_gets_the_plainest_protocol() {
        assert_eq!(features(json!({})), Features::default());
    }

    #[test]
    fn the_clients_first_known_encoding_is_taken() {
        let encoding = |kinds| features(json!({"general": {"positionEncodings": kinds}})).encoding;
        assert_eq!(
            encoding(json!(["utf-32", "utf-8"])),
            PositionEncoding::Utf32
        );
        assert_eq!(encoding(json!(["utf-7", "utf-8"])), PositionEncoding::Utf8);
        assert_eq!(encoding(json!([])), PositionEncoding::Utf16);
    }

    #[test]
    fn a_client_without_preferred_actions_gets_no_command_beside_an_edit() {
        let old = json!({"workspace": {"executeCommand": {}}});
        assert!(!features(old).runs_commands);
    }
}
