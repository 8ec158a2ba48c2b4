// What runs and what answers: the model in the status bar, the server among the languages' states.
import * as vscode from "vscode";
import { nameOf } from "./providers";
import { CONNECTION_STATUS, type ConnectionState, type ConnectionStatus } from "./protocol";
import { SELECTOR, type Session } from "./session";

/** How often what is known is asked for while it can be seen. The server answers without asking anybody. */
const REFRESH_MILLIS = 10_000;

export class Status implements vscode.Disposable {
  private readonly model = vscode.window.createStatusBarItem("salve.model", vscode.StatusBarAlignment.Right, 90);
  private readonly server = vscode.languages.createLanguageStatusItem("salve.server", SELECTOR);
  private readonly disposables: vscode.Disposable[];
  private readonly timer: NodeJS.Timeout;
  private known: ConnectionStatus | undefined;
  private isVisible = false;

  constructor(private readonly session: Session) {
    this.model.name = vscode.l10n.t("salve: model");
    this.model.command = "salve.testModel";
    this.server.name = "salve";
    let client = session.client;
    this.disposables = [
      this.model,
      this.server,
      session.onDidChange(() => {
        if (session.client !== client) {
          client = session.client;
          this.known = undefined;
          client?.onNotification(CONNECTION_STATUS, (status: ConnectionStatus) => this.show(status));
        }
        this.showServer();
        void this.refresh();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.showOrHide()),
    ];
    this.timer = setInterval(() => void this.refresh(), REFRESH_MILLIS);
    this.showServer();
    this.showOrHide();
  }

  dispose(): void {
    clearInterval(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private async refresh(): Promise<void> {
    const { client, health } = this.session;
    if (!this.isVisible || client === undefined || health.state !== "running") return this.showOrHide();
    try {
      this.show(await client.sendRequest<ConnectionStatus>(CONNECTION_STATUS));
    } catch {
      // A server that is ending; its state is shown elsewhere.
    }
  }

  private showServer(): void {
    const { l10n } = vscode;
    const { health } = this.session;
    const item = this.server;
    item.busy = health.state === "starting";
    item.severity = health.state === "failed" ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    item.command = { title: l10n.t("Restart"), command: "salve.restart" };
    if (health.state === "running") {
      item.text = l10n.t("salve {0} runs", health.server.version);
      const trust = vscode.workspace.isTrusted ? "" : l10n.t(", nothing of this folder is started: it is not trusted");
      item.detail = `${health.server.program}${trust}`;
      item.command = { title: l10n.t("Show Logs"), command: "salve.showLogs" };
    } else if (health.state === "failed") {
      item.text = l10n.t("salve does not run");
      item.detail = health.reason;
    } else {
      item.text = health.state === "starting" ? l10n.t("salve is starting") : l10n.t("salve is stopped");
      item.detail = "";
    }
  }

  /** Shown where salve applies. */
  private showOrHide(): void {
    const editor = vscode.window.activeTextEditor;
    const applies = editor !== undefined && vscode.languages.match(SELECTOR, editor.document) > 0;
    // The output and other panels are editors too, and take nothing from the file behind them.
    const was = this.isVisible;
    this.isVisible = applies || (editor === undefined ? false : was && editor.document.uri.scheme === "output");
    if (this.isVisible && this.known !== undefined && this.session.health.state === "running") this.model.show();
    else this.model.hide();
    if (this.isVisible && !was) void this.refresh();
  }

  private show(status: ConnectionStatus): void {
    this.known = status;
    const model = status.model ?? nameOf(status.provider);
    const [icon, text] = inWords(status.state, model, nameOf(status.provider), status.latencyMillis);
    this.model.text = `$(${icon}) salve: ${text}`;
    this.model.accessibilityInformation = { label: `salve: ${text}` };
    this.model.tooltip = tooltip(status, text);
    this.model.backgroundColor = NEEDS_HELP.has(status.state)
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    this.showOrHide();
  }
}

/** What the person has to mend. */
const NEEDS_HELP: ReadonlySet<ConnectionState> = new Set(["auth_failed", "model_missing", "failing"]);

/** An icon and words; never one of them alone. */
function inWords(state: ConnectionState, model: string, provider: string, latency: number | null): [string, string] {
  const { l10n } = vscode;
  const speed = latency === null ? "" : l10n.t(", {0} ms", latency);
  switch (state) {
    case "off": return ["circle-slash", l10n.t("no model")];
    case "unchecked": return ["question", l10n.t("{0} not checked yet", provider)];
    case "unreachable": return ["debug-disconnect", l10n.t("{0} not reachable", provider)];
    case "auth_failed": return ["key", l10n.t("{0} refused the key", provider)];
    case "model_missing": return ["search-stop", l10n.t("{0} does not have the model", provider)];
    case "cold": return ["circle-outline", l10n.t("{0} not loaded{1}", model, speed)];
    case "loading": return ["loading~spin", l10n.t("{0} is being loaded", model)];
    case "reachable": return ["plug", l10n.t("{0} reachable{1}", model, speed)];
    case "ready": return ["pass", l10n.t("{0} ready{1}", model, speed)];
    case "rate_limited": return ["clock", l10n.t("{0} asks to wait", provider)];
    case "failing": return ["error", l10n.t("{0} answers with errors", provider)];
  }
}

/** What is known, with links. */
function tooltip(status: ConnectionStatus, text: string): vscode.MarkdownString {
  const { l10n } = vscode;
  const shown = new vscode.MarkdownString(undefined, true);
  shown.isTrusted = { enabledCommands: ["salve.testModel", "salve.loadModelDefaults", "salve.chooseModel", "salve.showLogs"] };
  const lines: string[] = [];
  if (status.url) lines.push(l10n.t("Address: {0}", status.url));
  if (status.model !== null) lines.push(l10n.t("Model: {0}", status.model));
  if (status.upSince !== null) lines.push(l10n.t("Answers since {0} ({1})", at(status.upSince), lasting(status.upSince)));
  if (status.checkedAt !== null) {
    const latency = status.latencyMillis === null ? "" : l10n.t(", {0} ms", status.latencyMillis);
    lines.push(l10n.t("Last checked at {0}{1}", at(status.checkedAt), latency));
  }
  if (status.limitedUntil !== null) lines.push(l10n.t("Asks to be left alone until {0}", at(status.limitedUntil)));
  if (status.error !== null) lines.push(l10n.t("Wrong now: {0}", status.error));
  if (status.lastError !== null && status.lastError.message !== status.error) {
    lines.push(l10n.t("Last error, at {0}: {1}", at(status.lastError.at), status.lastError.message));
  }
  shown.appendMarkdown("**");
  shown.appendText(`salve: ${text}`);
  shown.appendMarkdown("**\n\n");
  for (const line of lines) {
    // As it stands: an address in it would become a link that swallows what follows.
    shown.appendMarkdown(`\`\`${line.replaceAll("`", "'")}\`\`\n\n`);
  }
  const link = (name: string, command: string): string => `[${name}](command:${command})`;
  shown.appendMarkdown(
    `\n\n${[
      link(l10n.t("Test"), "salve.testModel"),
      link(l10n.t("Load defaults"), "salve.loadModelDefaults"),
      link(l10n.t("Choose"), "salve.chooseModel"),
      link(l10n.t("Logs"), "salve.showLogs"),
    ].join(" · ")}`,
  );
  return shown;
}

const at = (seconds: number): string => new Date(seconds * 1000).toLocaleTimeString();

function lasting(since: number): string {
  const minutes = Math.max(0, Math.round((Date.now() / 1000 - since) / 60));
  return minutes < 120 ? vscode.l10n.t("{0} min", minutes) : vscode.l10n.t("{0} h", Math.round(minutes / 60));
}
