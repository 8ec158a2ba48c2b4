// Setting a model up: testing it, loading defaults, choosing provider and model, storing keys.
import * as vscode from "vscode";
import { runWithProgress } from "./ask";
import { messageOf, tellError } from "./log";
import type { Pages } from "./pages";
import { type ConnectionTest, LOAD_DEFAULTS, type LoadDefaultsResult, MODEL_LIST, type ModelList, TEST_CONNECTION } from "./protocol";
import { PROVIDERS, type Provider, WITH_KEY, nameOf } from "./providers";
import { askForKey, hasKey } from "./secrets";
import type { Session } from "./session";

const MARKS = { passed: "✓", failed: "✗", skipped: "-" } as const;

function report(test: ConnectionTest): string {
  const lines = [`${nameOf(test.provider)}, ${test.url}, ${test.model ?? vscode.l10n.t("no model")}`, ""];
  for (const { step, outcome, detail, hint, millis } of test.steps) {
    lines.push(`${MARKS[outcome]} ${step}: ${detail} (${millis} ms)`);
    if (hint !== null) lines.push(`  ${hint}`);
  }
  return lines.join("\n");
}

/** Tests the connection step by step and says how it went. */
export async function testModel(session: Session, pages: Pages): Promise<void> {
  const { l10n } = vscode;
  const title = l10n.t("salve: testing the connection to the model");
  const test = (await runWithProgress(session, TEST_CONNECTION, title)) as ConnectionTest | undefined;
  if (test === undefined) return;
  if (test.passed) {
    await tellWithDetails(l10n.t("salve: {0} answers", test.model ?? nameOf(test.provider)), report(test), pages);
  } else {
    const failed = test.steps.at(-1);
    await warnWithDetails(`salve: ${failed?.detail ?? ""}${failed?.hint ? `; ${failed.hint}` : ""}`, report(test), pages);
  }
}

/** Tests the defaults, has them saved if a model answered, and says which step failed if not. */
export async function loadDefaults(session: Session, pages: Pages): Promise<void> {
  const { l10n } = vscode;
  const title = l10n.t("salve: testing default settings");
  const result = (await runWithProgress(session, LOAD_DEFAULTS, title, {})) as LoadDefaultsResult | undefined;
  if (result === undefined) return;
  const settings = result.settings.map(({ key, value }) => `${key}: ${JSON.stringify(value)}`);
  const running = result.running.map((one) => `${one.title}, ${one.url}: ${one.models.join(", ")}`);
  const details = [
    report(result.test),
    ...(result.savedTo === null ? [] : [l10n.t("Saved to {0}:", result.savedTo) + `\n${settings.join("\n")}`]),
    ...result.warnings,
    ...(running.length === 0 ? [] : [l10n.t("Servers of models that run on this machine:") + `\n${running.join("\n")}`]),
  ].join("\n\n");
  if (result.savedTo !== null) {
    await tellWithDetails(l10n.t("salve: {0} answers; saved to {1}", result.test.model ?? result.test.provider, result.savedTo), details, pages);
    return;
  }
  const failed = result.test.steps.at(-1);
  await warnWithDetails(l10n.t("salve: nothing was saved: {0}", failed?.detail ?? ""), details, pages);
}

/** Lets the person choose who serves the model, and which one of theirs. */
export async function chooseModel(session: Session, secrets: vscode.SecretStorage): Promise<void> {
  const { l10n, window, workspace, ConfigurationTarget } = vscode;
  const now = workspace.getConfiguration("salve").get<string>("model.provider");
  const items = ["off", ...PROVIDERS].map((provider) => ({
    label: provider === "off" ? l10n.t("No model") : nameOf(provider),
    description: provider === now ? l10n.t("chosen now") : WITH_KEY.has(provider as Provider) ? l10n.t("on the Internet: code is sent to it when you ask") : "",
    provider,
  }));
  const chosen = await window.showQuickPick(items, { title: l10n.t("salve: who serves the model?") });
  if (chosen === undefined) return;
  const provider = PROVIDERS.find((one) => one === chosen.provider);
  if (provider !== undefined && WITH_KEY.has(provider) && !(await hasKey(secrets, provider))) {
    await askForKey(secrets, provider);
  }
  const settings = workspace.getConfiguration("salve");
  await settings.update("model.provider", chosen.provider, ConfigurationTarget.Global);
  if (provider === undefined) return;
  if ((provider === "azure" || provider === "custom") && !settings.inspect(`providers.${provider}.url`)?.globalValue) {
    const url = await window.showInputBox({ title: l10n.t("salve: address of {0}", nameOf(provider)), placeHolder: "https://", ignoreFocusOut: true });
    if (!url) return;
    await settings.update(`providers.${provider}.url`, url.trim(), ConfigurationTarget.Global);
  }
  await session.sendSettings();
  const client = await session.running();
  if (client === undefined) return;
  try {
    const list = await client.sendRequest<ModelList>(MODEL_LIST);
    if (list.error !== null) return await tellError(list.error);
    const models = list.models.map(({ name, used, loaded }) => ({
      label: name,
      description: [used ? l10n.t("used now") : "", loaded === true ? l10n.t("loaded") : ""].filter(Boolean).join(", "),
    }));
    const model = await window.showQuickPick(models, { title: l10n.t("salve: which model of {0}?", nameOf(provider)) });
    if (model !== undefined) await settings.update(`providers.${provider}.model`, model.label, ConfigurationTarget.Global);
  } catch (error) {
    await tellError(messageOf(error));
  }
}

/** Lets the person store the key of a provider. */
export async function setKey(secrets: vscode.SecretStorage): Promise<void> {
  const items = PROVIDERS.map((provider) => ({ label: nameOf(provider), provider }));
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("salve: whose key?") });
  if (chosen !== undefined) await askForKey(secrets, chosen.provider);
}

async function tellWithDetails(message: string, details: string, pages: Pages): Promise<void> {
  const show = vscode.l10n.t("Details");
  if ((await vscode.window.showInformationMessage(message, show)) === show) await pages.show("connection.txt", details);
}

async function warnWithDetails(message: string, details: string, pages: Pages): Promise<void> {
  const show = vscode.l10n.t("Details");
  const choose = vscode.l10n.t("Choose Provider and Model...");
  const chosen = await vscode.window.showWarningMessage(message, show, choose);
  if (chosen === show) await pages.show("connection.txt", details);
  else if (chosen === choose) await vscode.commands.executeCommand("salve.chooseModel");
}
