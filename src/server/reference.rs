//! The reference of what salve adds to LSP, for `docs/protocol.md`.

use std::fmt::Write as _;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::protocol::{
    ACCEPT, ASK, AskParams, AskResult, CONNECTION_STATUS, FixParams, KEYS_DID_CHANGE, KeysParams,
    LOAD_DEFAULTS, LoadDefaultsParams, LoadDefaultsResult, MODEL_LIST, MODEL_PREVIEW,
    ModelListResult, PATTERN_STATS, REJECT, TEST_CONNECTION, TRUST_DID_CHANGE, TrustParams,
};
use crate::engine::ports::{ConnectionStatus, PatternStats};
use crate::engine::{ConnectionTest, Preview};

/// The reference as Markdown, with the types as they are in the code.
pub fn markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    let methods = [
        method(
            PATTERN_STATS,
            "Request without parameters: totals over what was learned on this machine.",
            &[("Result", table::<PatternStats>())],
        ),
        method(
            CONNECTION_STATUS,
            "Request without parameters: what is known of the connection to the model, without asking the model's \
             server. Notification from the server: the same, whenever the state, the \
             model or the error changes.",
            &[(
                "Result, and parameters of the notification",
                table::<ConnectionStatus>(),
            )],
        ),
        method(
            MODEL_LIST,
            "Request without parameters: asks the model's server which models it has.",
            &[("Result", table::<ModelListResult>())],
        ),
        method(
            MODEL_PREVIEW,
            "Request: exactly what the model would be sent first about a diagnostic, with what is secret already \
             replaced. Nothing is sent. Fails with the reason if nothing would be, such as for a file that usually holds \
             secrets.",
            &[
                ("Parameters", table::<AskParams>()),
                ("Result", table::<Preview>()),
            ],
        ),
        method(
            TRUST_DID_CHANGE,
            "Notification from the client, when the person answers whether the workspace is trusted. Counts at once: \
             what is being proven is given up, and every open document is examined again. Outranks all settings. \
             [What is started when](trust.md).",
            &[("Parameters", table::<TrustParams>())],
        ),
        method(
            KEYS_DID_CHANGE,
            "Notification from the client, when a key of a model's provider in its own store has changed. The keys stay in \
             memory; a key in the environment outranks them.",
            &[("Parameters", table::<KeysParams>())],
        ),
    ];
    page.extend(methods);
    page.push_str(COMMANDS);
    let commands = [
        method(
            ACCEPT,
            "Notes that the person applied fixes. Answers `null`.",
            &[("Argument", table::<FixParams>())],
        ),
        method(
            REJECT,
            "Notes that the person rejects fixes: for the same mistake they are not offered again. Answers `null`.",
            &[("Argument", table::<FixParams>())],
        ),
        method(
            ASK,
            "Asks the model to heal a diagnostic, of salve or of another server. What the answer means is proven, then \
             handed over with `workspace/applyEdit`, to be confirmed where the client can. Shows progress where the \
             client can; cancelled with `window/workDoneProgress/cancel` or `$/cancelRequest`. Fails with \
             `ContentModified` if the document has another version.",
            &[
                ("Argument", table::<AskParams>()),
                ("Result", table::<AskResult>()),
            ],
        ),
        method(
            TEST_CONNECTION,
            "Tests the model that is configured, step by step, with a real question at the end. Takes no argument. Ends \
             with the first step that fails, which says what to do next. Shows progress where the client can; cancelled \
             as `salve.ask` is.",
            &[("Result", table::<ConnectionTest>())],
        ),
        method(
            LOAD_DEFAULTS,
            "Tests default settings as `salve.testConnection` does, saves them into the person's configuration file only \
             if every step passed, and then works with them.",
            &[
                ("Argument", table::<LoadDefaultsParams>()),
                ("Result", table::<LoadDefaultsResult>()),
            ],
        ),
    ];
    page.extend(commands);
    page
}

fn method(name: &str, description: &str, tables: &[(&str, String)]) -> String {
    let mut section = format!("\n### `{name}`\n\n{description}\n");
    for (title, table) in tables {
        // Writing to a string cannot fail.
        let _ = write!(section, "\n{title}:\n\n{table}");
    }
    section
}

/// The members of a type, those of its members included.
fn table<T: JsonSchema>() -> String {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value();
    let mut rows = "| member | type | meaning |\n|---|---|---|\n".to_owned();
    members("", &schema, &mut rows);
    rows
}

fn members(prefix: &str, schema: &Value, rows: &mut String) {
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return;
    };
    for (name, member) in properties {
        let meaning = member
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let name = format!("{prefix}{name}");
        let _ = writeln!(
            rows,
            "| `{name}` | {} | {} |",
            type_of(member),
            meaning.replace('\n', " ")
        );
        members(&format!("{name}."), member, rows);
        if let Some(items) = member.get("items") {
            members(&format!("{name}[]."), items, rows);
        }
    }
}

fn type_of(schema: &Value) -> String {
    if let Some(Value::Array(choices)) = schema.get("oneOf") {
        let choices = choices
            .iter()
            .filter_map(|choice| choice.get("const")?.as_str());
        return choices
            .map(|choice| format!("`{choice}`"))
            .collect::<Vec<_>>()
            .join(", ");
    }
    match schema.get("type") {
        Some(Value::String(one)) if one == "array" => {
            let of = schema.get("items").map(type_of).unwrap_or_default();
            format!("{of}[]")
        }
        Some(Value::String(one)) => one.clone(),
        Some(Value::Array(several)) => {
            let several: Vec<_> = several.iter().filter_map(Value::as_str).collect();
            several.join(" or ")
        }
        _ => "`Range` of LSP".to_owned(),
    }
}

const INTRODUCTION: &str = "# Protocol

<!-- Generated from src/server/protocol.rs and src/engine/ports/. Rewrite with SALVE_UPDATE=1 cargo test. -->

`salve lsp` speaks the Language Server Protocol 3.17 on standard input and output. Everything needed to see diagnostics
and to apply fixes is plain LSP; what follows is for editors that want more.

- Diagnostics are pushed, or pulled by a client that announces `textDocument.diagnostic`. Their `source` is `salve`,
  their `code` a name of the taxonomy such as `SYN.MISSING_COLON`.
- Fixes are code actions of the kinds `quickfix.salve.CODE`; `source.fixAll.salve` applies all safe ones. Each was
  proven on the version of the text for which it is listed.
- Where a client resolves `edit`, the `data.why` of a fix says who proposed it, each step of its proof, how likely it is
  meant beside other cures, and how often such fixes were right.
- Positions count UTF-8, UTF-16 or UTF-32 units: the first that the client names in `general.positionEncodings`.
- Settings are taken from `initializationOptions` and `workspace/didChangeConfiguration`, at the top or under `salve`.
- Beside the settings stand `trusted` and `run`, both `true` or `false`: whether the workspace is trusted, and whether its
  programs may be run in the sandbox. A client that asks the person sends the answer there, and later answers with
  `salve/trustDidChange`.
- There too stands `keys`: the keys of models' providers out of the client's own store, such as
  `{ \"openai\": \"…\" }`. Settings never hold a key; `salve/keysDidChange` replaces them later.

## What is observed

What becomes of a fix is seen in the text, and nobody is asked:

- It is accepted when the text becomes what the fix makes of it, or when the client runs the command of its code action.
  The other fixes that were listed for the same finding are then passed over.
- It has survived when it is still there at the next `textDocument/didSave`, or ten minutes later.
- It was undone if the text goes back within a minute to what it was before. If its place is changed later than that but
  before it survived, or the same error comes back there and stays, it was edited away.
- It was rejected when the client says so with `salve.reject`.
- `source.fixAll.salve` is no evidence for a fix, since nobody may have seen what it does: what it applies is not
  accepted. Undoing it or editing it away counts against it.
- What is undecided when a document is closed stays as it is.

A fix that the person makes by hand is learned from as well. The document was opened or saved with the mistake, or the
person had typed on another line while it stood; then they changed the text, the mistake is gone, nothing new is wrong,
and the text compiles. It counts when they save, turn to another line, close the document or rest for ten seconds. What
was still being typed is no mistake, and to take a mistake back, to delete its line or to change many places at once is no
fix. Texts of more than 1 MB are not observed.

## Methods
";

const COMMANDS: &str = "
## Commands

For `workspace/executeCommand`; each takes one argument, unless it says otherwise.
";
