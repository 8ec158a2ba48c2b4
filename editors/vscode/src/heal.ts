// Healing by command: what the light bulb does, without opening it.
import * as vscode from "vscode";
import type { CodeAction, Command, LanguageClient } from "vscode-languageclient/node";
import { type ActionData, REJECT } from "./protocol";
import type { Session } from "./session";

const QUICK_FIX = "quickfix.salve";
const FIX_ALL = "source.fixAll.salve";

/** Applies all fixes that are safe to make unseen. */
export async function healFile(session: Session): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || (await session.running()) === undefined) return;
  const { document } = editor;
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider", document.uri, all, FIX_ALL, 1,
  );
  const action = actions.find(({ edit }) => edit !== undefined);
  if (action?.edit === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("salve: nothing here has a fix that is safe to make unseen; quick fixes show the others"),
    );
    return;
  }
  await vscode.workspace.applyEdit(action.edit);
  if (action.command) await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
}

/** Applies the preferred fix at the cursor. Where none is, shows what there is. */
export async function healAtCursor(session: Session): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const client = editor && (await session.running());
  if (editor === undefined || client === undefined) return;
  const fixes = await fixesAt(client, editor);
  if (fixes.some(({ isPreferred }) => isPreferred)) {
    // Of ours only: others may offer something here too.
    await vscode.commands.executeCommand("editor.action.codeAction", { kind: QUICK_FIX, apply: "first", preferred: true });
  } else await vscode.commands.executeCommand("editor.action.quickFix");
}

/** Lets the person choose a fix that is not to be offered again. */
export async function rejectFix(session: Session): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const client = editor && (await session.running());
  if (editor === undefined || client === undefined) return;
  const chosen = await chooseFix(client, editor, vscode.l10n.t("Which fix is not to be offered again for this mistake?"));
  if (chosen === undefined) return;
  const { uri, fixIds } = chosen.data as ActionData;
  await client.sendRequest("workspace/executeCommand", { command: REJECT, arguments: [{ uri, fixIds }] });
}

/** Lets the person choose one of the fixes at the cursor. */
export async function chooseFix(client: LanguageClient, editor: vscode.TextEditor, title: string): Promise<CodeAction | undefined> {
  const fixes = await fixesAt(client, editor);
  if (fixes.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("salve: there is no fix at the cursor"));
    return undefined;
  }
  const items = fixes.map((action) => ({ label: action.title, action }));
  return (await vscode.window.showQuickPick(items, { title }))?.action;
}

/** The fixes of salve on the line of the cursor, with the names that the record gives them. */
async function fixesAt(client: LanguageClient, { document, selection }: vscode.TextEditor): Promise<CodeAction[]> {
  const place = { line: selection.active.line, character: selection.active.character };
  const actions = await client.sendRequest<(CodeAction | Command)[] | null>("textDocument/codeAction", {
    textDocument: { uri: client.code2ProtocolConverter.asUri(document.uri) },
    range: { start: place, end: place },
    context: { diagnostics: [], only: [QUICK_FIX] },
  });
  const isFix = (action: CodeAction | Command): action is CodeAction => "data" in action && action.data !== undefined;
  return (actions ?? []).filter(isFix);
}
