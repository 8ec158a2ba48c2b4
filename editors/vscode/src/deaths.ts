// A server that dies is started again, unless it dies too often.
import * as vscode from "vscode";
import type { ErrorHandler } from "vscode-languageclient/node";

const MOST = 4;
const WITHIN_MILLIS = 3 * 60 * 1000;

/** What the client does when the connection is in trouble. */
export function startingAnew(
  { CloseAction, ErrorAction }: typeof import("vscode-languageclient/node"),
  log: vscode.LogOutputChannel,
): ErrorHandler {
  let deaths: number[] = [];
  return {
    // Writing to a server that died fails as often as is written, until it is known that it died. Giving up for that would
    // stop the client for good.
    error: (error) => {
      log.warn(error.message);
      return { action: ErrorAction.Continue, handled: true };
    },
    closed: () => {
      const now = Date.now();
      deaths = [...deaths.filter((death) => now - death < WITHIN_MILLIS), now];
      if (deaths.length <= MOST) return { action: CloseAction.Restart, handled: true };
      return {
        action: CloseAction.DoNotRestart,
        message: vscode.l10n.t("salve: the server died {0} times within three minutes; look into the log, then restart it", deaths.length),
      };
    },
  };
}
