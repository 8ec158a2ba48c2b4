// What the server is told of the editor's settings: what the person set, and no default, for the server has its own and
// other files in which they may be set.
import * as vscode from "vscode";

/** Settings of this extension alone. */
const OURS = new Set(["server.path", "trace.server"]);

interface Manifest {
  contributes: { configuration: { properties: Record<string, { scope: string }> } };
}

/** All that is set, by its dotted name without `salve.`. Of a folder that is not trusted nothing counts. */
export function setByThePerson(context: vscode.ExtensionContext): Record<string, unknown> {
  const { configuration } = (context.extension.packageJSON as Manifest).contributes;
  const all = vscode.workspace.getConfiguration("salve");
  const isTrusted = vscode.workspace.isTrusted;
  const set: Record<string, unknown> = {};
  for (const [name, { scope }] of Object.entries(configuration.properties)) {
    const key = name.slice("salve.".length);
    const found = OURS.has(key) ? undefined : all.inspect<unknown>(key);
    if (found === undefined) continue;
    const ofFolder = isTrusted && scope !== "machine" ? (found.workspaceFolderValue ?? found.workspaceValue) : undefined;
    const value = ofFolder ?? found.globalValue;
    if (value !== undefined) set[key] = value;
  }
  return set;
}
