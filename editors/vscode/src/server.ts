// Finds the server's program and checks that it runs.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";

export interface Server {
  program: string;
  /** Where it was found. */
  from: "setting" | "bundled" | "PATH";
  version: string;
}

/** There is none, or it does not run; the message says what to do. */
export class NoServer extends Error {}

const NAME = process.platform === "win32" ? "salve.exe" : "salve";
const PATIENCE_MILLIS = 10_000;

/** The program to start: of the setting, the bundled one, or on PATH. Without trust only the bundled one. */
export async function findServer(extension: vscode.Uri): Promise<Server> {
  const { l10n, workspace } = vscode;
  const bundled = path.join(extension.fsPath, "server", NAME);
  const isBundled = existsSync(bundled);
  if (!workspace.isTrusted) {
    if (!isBundled) {
      throw new NoServer(
        l10n.t("this folder is not trusted, so no program is looked for outside the extension; trust the folder, or install the extension that brings its server"),
      );
    }
    return { program: bundled, from: "bundled", version: await versionOf(bundled) };
  }
  // Of the person's own settings only; a machine-scoped setting has no others.
  const set = workspace.getConfiguration("salve").inspect<string>("server.path")?.globalValue?.trim();
  if (set) {
    const program = set.startsWith("~/") ? path.join(homedir(), set.slice(2)) : set;
    return { program, from: "setting", version: await versionOf(program) };
  }
  if (isBundled) return { program: bundled, from: "bundled", version: await versionOf(bundled) };
  return { program: NAME, from: "PATH", version: await versionOf(NAME) };
}

async function versionOf(program: string): Promise<string> {
  const { l10n } = vscode;
  let output: string;
  try {
    // Not in the folder that is open: nothing of it decides what a name means.
    const cwd = path.isAbsolute(program) ? path.dirname(program) : homedir();
    output = (await promisify(execFile)(program, ["--version"], { timeout: PATIENCE_MILLIS, cwd })).stdout;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") {
      throw new NoServer(
        program === NAME
          ? l10n.t("the server was not found: there is no {0} on PATH; install it, or choose its program", NAME)
          : l10n.t("the server was not found: {0} does not exist; correct the setting salve.server.path", program),
      );
    }
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new NoServer(l10n.t("the server does not run: {0}: {1}; choose another program", program, reason));
  }
  const version = /^salve (\S+)/.exec(output)?.[1];
  if (version === undefined) {
    throw new NoServer(l10n.t("{0} is not salve: asked for its version it said '{1}'; choose another program", program, output.trim().slice(0, 80)));
  }
  return version;
}
