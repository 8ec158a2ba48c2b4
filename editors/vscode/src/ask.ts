// Asking a model, with progress that can be cancelled.
import * as vscode from "vscode";
import type { ExecuteCommandSignature } from "vscode-languageclient/node";
import { messageOf, tellError } from "./log";
import { ASK, type AskParams } from "./protocol";
import type { Session } from "./session";

let asked = 0;

/** Runs a command of the server: asking a model with progress, any other as it is. */
export async function executeCommand(
  session: Session,
  command: string,
  args: unknown[],
  next: ExecuteCommandSignature,
): Promise<unknown> {
  if (command !== ASK) return next(command, args);
  const params = args[0] as AskParams;
  await runWithProgress(session, ASK, vscode.l10n.t("salve: asking the model: {0}", params.message), params);
  return null;
}

/** Runs a command of the server that shows progress. `undefined` if it failed, which is told, or was given up. */
export async function runWithProgress(
  session: Session,
  command: string,
  title: string,
  argument?: unknown,
): Promise<unknown> {
  const client = await session.running();
  if (client === undefined) return undefined;
  const { ExecuteCommandRequest, WorkDoneProgress } = await import("vscode-languageclient/node");
  const workDoneToken = `salve-vscode/${++asked}`;
  const request = { command, arguments: argument === undefined ? [] : [argument], workDoneToken };
  let result: Promise<unknown> = Promise.resolve();
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, cancel) => {
      // The server ends its progress before it has the edit reviewed, which may take the person long.
      const ended = new Promise<void>((resolve) => {
        const shown = client.onProgress(WorkDoneProgress.type, workDoneToken, (step) => {
          if (step.kind === "end") resolve();
          else if (step.message !== undefined) progress.report({ message: step.message });
        });
        result = client.sendRequest(ExecuteCommandRequest.type, request, cancel).then(
          (value: unknown) => value,
          (error: unknown) => {
            if (!cancel.isCancellationRequested) void tellError(messageOf(error));
            return undefined;
          },
        ).finally(() => {
          shown.dispose();
          resolve();
        });
      });
      await ended;
    },
  );
  return result;
}
