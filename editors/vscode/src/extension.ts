// The entry: puts the parts together and starts the server.
import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { registerProposals } from "./diff";
import { Pages } from "./pages";
import { Session } from "./session";
import { Statistics } from "./statistics";
import { Status } from "./status";
import { watchTrust } from "./trust";

let session: Session | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("salve", { log: true });
  const started = new Session(context, log);
  const pages = new Pages();
  session = started;
  context.subscriptions.push(
    log,
    pages,
    started,
    new Status(started),
    new Statistics(started),
    watchTrust(started),
    ...registerProposals(),
    ...registerCommands(context, started, pages, log),
    context.secrets.onDidChange(() => started.sendKeys()),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("salve.server.path")) await started.restart();
      else if (event.affectsConfiguration("salve")) await started.sendSettings();
    }),
  );
  // Nothing waits for the server.
  void started.start();
}

export async function deactivate(): Promise<void> {
  await session?.stop();
}
