// Two words that every file needs: what is wrong, and where to read more.
import * as vscode from "vscode";

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Tells the person that something went wrong, with a way to the log. */
export async function tellError(message: string): Promise<void> {
  const logs = vscode.l10n.t("Show Logs");
  if ((await vscode.window.showErrorMessage(`salve: ${message}`, logs)) === logs) {
    await vscode.commands.executeCommand("salve.showLogs");
  }
}
