// The commands of the palette.
import * as vscode from "vscode";
import { doctor, explainCode, showPrompt } from "./explain";
import { healAtCursor, healFile, rejectFix } from "./heal";
import { messageOf, tellError } from "./log";
import { chooseModel, loadDefaults, setKey, testModel } from "./model";
import type { Pages } from "./pages";
import type { Session } from "./session";
import { whyFix } from "./why";

const EXAMPLE = "def total(prices)\n    return sum(prices)\n\n\nprint(total([1, 2, 3])\n";

/** Registers all of them. */
export function registerCommands(
  { secrets }: vscode.ExtensionContext,
  session: Session,
  pages: Pages,
  log: vscode.LogOutputChannel,
): vscode.Disposable[] {
  const commands: Record<string, () => unknown> = {
    healFile: () => healFile(session),
    healAtCursor: () => healAtCursor(session),
    whyFix: () => whyFix(session, pages),
    rejectFix: () => rejectFix(session),
    explainCode: () => explainCode(session, pages),
    showPrompt: () => showPrompt(session, pages),
    loadModelDefaults: () => loadDefaults(session, pages),
    testModel: () => testModel(session, pages),
    chooseModel: () => chooseModel(session, secrets),
    setKey: () => setKey(secrets),
    doctor: () => doctor(session, pages),
    restart: () => session.restart(),
    showLogs: () => log.show(),
    chooseServer,
    openExample: async () => {
      const document = await vscode.workspace.openTextDocument({ language: "python", content: EXAMPLE });
      await vscode.window.showTextDocument(document);
    },
  };
  return Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`salve.${name}`, async () => {
      try {
        await run();
      } catch (error) {
        await tellError(messageOf(error));
      }
    }),
  );
}

async function chooseServer(): Promise<void> {
  const title = vscode.l10n.t("salve: the server's program");
  const [program] = (await vscode.window.showOpenDialog({ title, canSelectMany: false })) ?? [];
  if (program === undefined) return;
  await vscode.workspace.getConfiguration("salve").update("server.path", program.fsPath, vscode.ConfigurationTarget.Global);
}
