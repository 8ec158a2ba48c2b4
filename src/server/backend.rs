use std::sync::Arc;

use serde_json::Value;
use tokio::sync::watch;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand, CodeActionParams,
    CodeActionProviderCapability, DiagnosticOptions, DiagnosticServerCapabilities,
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentDiagnosticParams,
    DocumentDiagnosticReportResult, ExecuteCommandOptions, ExecuteCommandParams, InitializeParams,
    InitializeResult, InitializedParams, MessageType, SaveOptions, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkDoneProgressCancelParams,
};
use tower_lsp::{Client, LanguageServer};

use super::convert::from_lsp;
use super::examine::examine;
use super::features::Features;
use super::follow::{Change, follow};
use super::parts::PartsFactory;
use super::protocol::{AskParams, COMMANDS, ModelListResult};
use super::record_watch;
use super::requests::{
    code_action, connection_status, diagnostic, execute_command, model_list, model_preview,
    pattern_stats, resolve,
};
use super::session::Session;
use super::trust::ClientSettings;
use crate::engine::Preview;
use crate::engine::ports::{ConnectionStatus, Outcome, PatternStats};

/// Routes each message to its room. Notifications about documents change the state before their first `await`.
pub struct Backend {
    session: Arc<Session>,
    /// The process to watch, as soon as the client has named it.
    pub parent: watch::Sender<Option<u32>>,
    /// Whether the client has said `shutdown`.
    pub is_shut_down: watch::Sender<bool>,
}

impl Backend {
    /// A server for one client.
    pub fn new(client: Client, factory: PartsFactory) -> Self {
        Self {
            session: Arc::new(Session::new(client, factory)),
            parent: watch::channel(None).0,
            is_shut_down: watch::channel(false).0,
        }
    }

    /// What the handlers share.
    pub fn session(&self) -> Arc<Session> {
        Arc::clone(&self.session)
    }

    /// `salve/patternStats`
    pub async fn pattern_stats(&self) -> Result<PatternStats> {
        pattern_stats::handle(&self.session).await
    }

    /// `salve/modelPreview`
    pub async fn model_preview(&self, params: AskParams) -> Result<Preview> {
        model_preview::handle(&self.session, params).await
    }

    /// `window/workDoneProgress/cancel`
    pub async fn cancel_progress(&self, params: WorkDoneProgressCancelParams) {
        self.session.asks.cancel(&params.token);
    }

    /// `salve/trustDidChange`
    pub async fn trust_did_change(&self, params: Value) {
        match super::trust::changed(params) {
            Ok(trust) => self
                .session
                .reconfigure(|workspace| workspace.trust = trust),
            Err(wrong) => self.refuse(wrong).await,
        }
    }

    /// `salve/keysDidChange`
    pub async fn keys_did_change(&self, params: Value) {
        match super::keys::changed(params) {
            Ok(keys) => self.session.reconfigure(|workspace| workspace.keys = keys),
            Err(wrong) => self.refuse(wrong).await,
        }
    }

    /// Writes to the logs what is wrong with a notification, which cannot be answered.
    async fn refuse(&self, wrong: String) {
        tracing::error!("{wrong}");
        self.session
            .client
            .log_message(MessageType::ERROR, wrong)
            .await;
    }

    /// `salve/connectionStatus`
    pub async fn connection_status(&self) -> Result<ConnectionStatus> {
        connection_status::handle(&self.session).await
    }

    /// `salve/modelList`
    pub async fn model_list(&self) -> Result<ModelListResult> {
        model_list::handle(&self.session).await
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let features = Features::of(&params.capabilities);
        self.session.set_features(features);
        self.parent.send_replace(params.process_id);
        let root = root_of(&params);
        let said = ClientSettings::of(params.initialization_options.unwrap_or(Value::Null));
        self.session.reconfigure(|workspace| {
            workspace.root = root;
            workspace.trust = said.trust;
            workspace.keys = said.keys.unwrap_or_default();
            workspace.settings = said.settings;
        });
        for wrong in said.wrong {
            self.session.tell_once(MessageType::WARNING, &wrong).await;
        }
        Ok(InitializeResult {
            capabilities: capabilities(&features),
            server_info: Some(ServerInfo {
                name: "salve".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            offset_encoding: None,
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        tokio::spawn(connection_status::watch(self.session()));
        tokio::spawn(record_watch::watch(self.session()));
    }

    async fn shutdown(&self) -> Result<()> {
        self.is_shut_down.send_replace(true);
        self.session.state.close_all();
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        if document.language_id != "python" {
            return;
        }
        let mut desk = self
            .session
            .state
            .open(&document.uri, document.version, &document.text);
        if let Some((text, events)) = desk.follow.take() {
            let following = follow(self.session(), document.uri.clone(), text, events);
            self.session.followers.add(tokio::spawn(following));
        }
        let job = tokio::spawn(examine(self.session(), document.uri.clone(), desk));
        self.session.state.attach(&document.uri, job.abort_handle());
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let changes: Vec<Change<'_>> = params
            .content_changes
            .iter()
            .map(|change| Change {
                range: change
                    .range
                    .map(|range| (from_lsp(range.start), from_lsp(range.end))),
                text: &change.text,
            })
            .collect();
        let encoding = self.session.features().encoding;
        let Some(changed) =
            self.session
                .state
                .change(&document.uri, document.version, &changes, encoding)
        else {
            return;
        };
        for error in changed.ignored {
            self.session.log_once(format!(
                "{}: a change was ignored: {error}; close the file and open it again if diagnostics look wrong",
                document.uri.as_str()
            ));
        }
        for fix in &changed.accepted {
            execute_command::note_one(&self.session, fix, Outcome::Accepted).await;
        }
        for fix in &changed.passed_over {
            execute_command::note_one(&self.session, fix, Outcome::PassedOver).await;
        }
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.session.state.saved(&params.text_document.uri);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        let Some(uri) = self.session.state.close(&params.text_document.uri) else {
            return;
        };
        if !self.session.features().pulls_diagnostics {
            let _in_order = self.session.publishing.lock().await;
            if self.session.state.revision(&uri).is_none() {
                self.session
                    .client
                    .publish_diagnostics(uri, Vec::new(), None)
                    .await;
            }
        }
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        let ClientSettings {
            settings,
            trust,
            keys,
            wrong,
        } = ClientSettings::of(params.settings);
        self.session.reconfigure(|workspace| {
            workspace.trust = trust.after(workspace.trust);
            if let Some(keys) = keys {
                workspace.keys = keys;
            }
            // A client that wants to be asked sends nothing here; what it said at the start then still holds.
            if !settings.is_null() {
                workspace.settings = settings;
            }
        });
        for wrong in wrong {
            self.session.tell_once(MessageType::WARNING, &wrong).await;
        }
    }

    async fn diagnostic(
        &self,
        params: DocumentDiagnosticParams,
    ) -> Result<DocumentDiagnosticReportResult> {
        diagnostic::handle(&self.session, params).await
    }

    async fn code_action(
        &self,
        params: CodeActionParams,
    ) -> Result<Option<Vec<CodeActionOrCommand>>> {
        code_action::handle(&self.session, params).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        resolve::handle(&self.session, action).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        execute_command::handle(&self.session, params).await
    }
}

fn capabilities(features: &Features) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(features.encoding_kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                // Without the text: it is known.
                save: Some(TextDocumentSyncSaveOptions::SaveOptions(
                    SaveOptions::default(),
                )),
                ..TextDocumentSyncOptions::default()
            },
        )),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![
                CodeActionKind::QUICKFIX,
                CodeActionKind::new("source.fixAll.salve"),
            ]),
            resolve_provider: Some(features.resolves_edit),
            ..CodeActionOptions::default()
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: COMMANDS.map(str::to_owned).to_vec(),
            ..ExecuteCommandOptions::default()
        }),
        diagnostic_provider: features.pulls_diagnostics.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("salve".to_owned()),
                inter_file_dependencies: false,
                workspace_diagnostics: false,
                ..DiagnosticOptions::default()
            })
        }),
        ..ServerCapabilities::default()
    }
}

fn root_of(params: &InitializeParams) -> Option<std::path::PathBuf> {
    let first = params
        .workspace_folders
        .as_ref()
        .and_then(|folders| folders.first());
    #[expect(deprecated, reason = "older clients name the root only here")]
    let uri = first
        .map(|folder| &folder.uri)
        .or(params.root_uri.as_ref())?;
    uri.to_file_path().map(std::borrow::Cow::into_owned)
}
