// What a code means, why a fix is offered, what a model would be sent, and what the doctor says.
import { execFile } from "node:child_process";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { messageOf, tellError } from "./log";
import { type AskParams, MODEL_PREVIEW, type ModelPreview } from "./protocol";
import type { Pages } from "./pages";
import type { Session } from "./session";

const SOURCE = "salve";

/** The code of a diagnostic, such as `SYN.MISSING_COLON`. */
export function codeOf({ code }: vscode.Diagnostic): string | undefined {
  return code === undefined ? undefined : String(typeof code === "object" ? code.value : code);
}

/** The diagnostic at the cursor, or else the first on its line. */
export function diagnosticAt({ document, selection }: vscode.TextEditor, source?: string): vscode.Diagnostic | undefined {
  const all = vscode.languages.getDiagnostics(document.uri).filter((one) => source === undefined || one.source === source);
  return (
    all.find(({ range }) => range.contains(selection.active)) ??
    all.find(({ range }) => range.start.line <= selection.active.line && selection.active.line <= range.end.line)
  );
}

/** Shows what the code of the diagnostic at the cursor means. */
export async function explainCode(session: Session, pages: Pages): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const code = editor && codeOf(diagnosticAt(editor, SOURCE) ?? new vscode.Diagnostic(editor.selection, ""));
  if (code === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("salve: there is no error of salve on this line"));
    return;
  }
  const text = await run(session, ["explain", code]);
  if (text !== undefined) await pages.show(`${code}.txt`, text);
}

/** Shows what everything that salve relies on is found to be. */
export async function doctor(session: Session, pages: Pages): Promise<void> {
  const text = await run(session, ["doctor", ...(vscode.workspace.isTrusted ? ["--trust"] : [])]);
  if (text !== undefined) await pages.show("doctor.txt", text);
}

/** Shows word by word what a model would be sent about the diagnostic at the cursor. */
export async function showPrompt(session: Session, pages: Pages): Promise<void> {
  const { l10n } = vscode;
  const editor = vscode.window.activeTextEditor;
  const client = editor && (await session.running());
  if (editor === undefined || client === undefined) return;
  const diagnostic = diagnosticAt(editor);
  if (diagnostic === undefined) {
    void vscode.window.showInformationMessage(l10n.t("salve: there is no error on this line to ask a model about"));
    return;
  }
  const params: AskParams = {
    uri: client.code2ProtocolConverter.asUri(editor.document.uri),
    version: editor.document.version,
    range: client.code2ProtocolConverter.asRange(diagnostic.range),
    code: codeOf(diagnostic) ?? null,
    source: diagnostic.source ?? null,
    message: diagnostic.message,
  };
  try {
    const preview = await client.sendRequest<ModelPreview>(MODEL_PREVIEW, params);
    const hidden = preview.redactions.map(({ kind, count }) => `${count} × ${kind}`).join(", ");
    const head = [
      l10n.t("To {0} ({1}), model {2}: {3} bytes, about {4} tokens, lines {5} to {6}.", preview.provider, preview.url,
        preview.model ?? "-", preview.bytes, preview.tokens, preview.firstLine, preview.lastLine),
      hidden ? l10n.t("Secrets that were replaced: {0}.", hidden) : l10n.t("No secrets were found in it."),
      l10n.t("Nothing was sent."),
    ];
    const messages = preview.messages.map(({ role, content }) => `--- ${role} ---\n${content}`);
    await pages.show("prompt.txt", [head.join("\n"), ...messages].join("\n\n"));
  } catch (error) {
    await tellError(messageOf(error));
  }
}

/** What the server's program prints for arguments. */
async function run(session: Session, args: string[]): Promise<string | undefined> {
  if ((await session.running()) === undefined || session.program === undefined) return undefined;
  const cwd = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file")?.uri.fsPath ?? homedir();
  const program = session.program;
  return new Promise((resolve) => {
    execFile(program, [...args, "--color", "never"], { cwd, timeout: 60_000 }, (error, stdout, stderr) => {
      // The doctor ends with a code that says that something is missing, and has said what.
      if (error !== null && stdout === "") {
        void tellError(stderr.trim() || messageOf(error));
        resolve(undefined);
      } else resolve(stdout);
    });
  });
}
