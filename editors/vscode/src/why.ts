// Why a fix is offered: what was proven of it, and by whom.
import * as vscode from "vscode";
import { chooseFix } from "./heal";
import type { Pages } from "./pages";
import type { Session } from "./session";

/** Shows the evidence of a fix at the cursor. */
export async function whyFix(session: Session, pages: Pages): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const client = editor && (await session.running());
  if (editor === undefined || client === undefined) return;
  const chosen = await chooseFix(client, editor, vscode.l10n.t("Why is this fix offered?"));
  if (chosen === undefined) return;
  await pages.show("why.txt", chosen.title);
}
