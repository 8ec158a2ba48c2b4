// Cells of notebooks are documents of their own: what another cell defines is no unknown name, and a cell with a command
// of IPython is not Python.
import type * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";

const CELL = "vscode-notebook-cell";
/** `%magic`, `%%magic`, `!command`, `?help` at the start of a line, `help?` at its end. */
const IPYTHON = /^\s*[%!?]|^[^#'"]*\?\s*$/m;

function inCell(text: string, diagnostics: vscode.Diagnostic[]): vscode.Diagnostic[] {
  if (IPYTHON.test(text)) return [];
  return diagnostics.filter(({ code }) => !(typeof code === "object" ? String(code.value) : String(code)).startsWith("NAME."));
}

/** Leaves out what makes no sense in a cell. */
export const forCells: Middleware = {
  async provideDiagnostics(document, previous, token, next) {
    const report = await next(document, previous, token);
    if (!("getText" in document) || document.uri.scheme !== CELL || report?.kind !== "full") return report;
    return { ...report, items: inCell(document.getText(), report.items) };
  },
};
