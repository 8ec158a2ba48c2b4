// Why a fix is offered: who proposed it, what was proven of it, and how sure that is.
import * as vscode from "vscode";
import { chooseFix } from "./heal";
import type { Pages } from "./pages";
import type { ActionData, Why } from "./protocol";
import type { Session } from "./session";

const MARKS = { passed: "✓", failed: "✗", inconclusive: "?" } as const;

/** Shows the evidence of a fix at the cursor. */
export async function whyFix(session: Session, pages: Pages): Promise<void> {
  const { l10n, window } = vscode;
  const editor = window.activeTextEditor;
  const client = editor && (await session.running());
  if (editor === undefined || client === undefined) return;
  const chosen = await chooseFix(client, editor, l10n.t("Why is this fix offered?"));
  if (chosen === undefined) return;
  const { why } = chosen.data as ActionData;
  const evidence = why === undefined ? [l10n.t("This version of the server says no more than that.")] : linesOf(why);
  await pages.show("why.txt", [chosen.title, "", ...evidence].join("\n"));
}

function linesOf({ source, evidence, likelihood, confidence }: Why): string[] {
  const { l10n } = vscode;
  const percent = (value: number): string => `${Math.round(value * 100)} %`;
  const lines = [l10n.t("Proposed by: {0}", originOf(source))];
  if (evidence.interpreter !== null) lines.push(l10n.t("Compiled by: {0}", evidence.interpreter));
  lines.push(l10n.t("Proven on the text as it stands:"));
  for (const { kind, verdict, millis, detail, count } of evidence.steps) {
    const more = [count === null ? "" : String(count), detail ?? ""].filter(Boolean).join(", ");
    lines.push(`  ${MARKS[verdict]} ${describe(kind)}${more ? `: ${more}` : ""} (${millis} ms)`);
  }
  if (evidence.together_with > 0) lines.push(l10n.t("Compiled together with {0} other fixes.", evidence.together_with));
  if (evidence.errors_left > 0) lines.push(l10n.t("Errors that stay in the text with this fix alone: {0}", evidence.errors_left));
  lines.push(l10n.t("How likely it is meant, beside what else would cure the place: {0}", percent(likelihood)));
  if (confidence !== null) lines.push(l10n.t("How often such fixes turned out to be right: {0}", percent(confidence)));
  return lines;
}

function originOf(source: Why["source"]): string {
  const { l10n } = vscode;
  switch (source.kind) {
    case "rule": return l10n.t("the rule {0}", source.name);
    case "learned": return l10n.t("what was learned, template {0}", source.template);
    case "person": return l10n.t("you");
    case "model": return l10n.t("the model {0}", source.name);
  }
}

function describe(kind: string): string {
  const { l10n } = vscode;
  switch (kind) {
    case "parse": return l10n.t("parses with fewer errors, and none that is new");
    case "compile": return l10n.t("compiles");
    case "gate": return l10n.t("brings in nothing that no repair needs");
    case "lint": return l10n.t("the linter has nothing new to say");
    case "types": return l10n.t("the type checker has nothing new to say");
    case "run": return l10n.t("runs in the sandbox without the error");
    case "tests": return l10n.t("the tests that concern the file pass");
    default: return kind;
  }
}
