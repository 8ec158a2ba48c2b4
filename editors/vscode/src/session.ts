// One session with the server: start, stop, restart, and what it is told.
import * as vscode from "vscode";
import type { Executable, LanguageClient, LanguageClientOptions } from "vscode-languageclient/node";
import { executeCommand } from "./ask";
import { startingAnew } from "./deaths";
import { reviewEdit } from "./diff";
import { messageOf, tellError } from "./log";
import { forCells } from "./notebooks";
import { KEYS_DID_CHANGE } from "./protocol";
import { storedKeys } from "./secrets";
import { NoServer, type Server, findServer } from "./server";
import { setByThePerson } from "./settings";

type Library = typeof import("vscode-languageclient/node");

/** What is known of the server. */
export type Health =
  | { state: "starting" | "stopped" }
  | { state: "running"; server: Server }
  | { state: "failed"; reason: string };

const LANGUAGE = "python";
/** Where Python is healed. */
export const SELECTOR = ["file", "untitled", "vscode-notebook-cell"].map((scheme) => ({ scheme, language: LANGUAGE }));

export class Session implements vscode.Disposable {
  client: LanguageClient | undefined;
  health: Health = { state: "stopped" };
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private server: Server | undefined;
  /** Starts and stops follow each other. */
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  start(): Promise<void> {
    return this.inTurn(() => this.startNow());
  }

  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.stopNow());
  }

  /** The client, or a message to the person where there is none. */
  async running(): Promise<LanguageClient | undefined> {
    await this.queue;
    if (this.client === undefined || this.health.state !== "running") {
      const reason = this.health.state === "failed" ? this.health.reason : vscode.l10n.t("the server does not run");
      await tellError(reason);
      return undefined;
    }
    return this.client;
  }

  /** The program of the server, if it runs. */
  get program(): string | undefined {
    return this.server?.program;
  }

  /** Whether another program would be started now. */
  async wantsOtherServer(): Promise<boolean> {
    try {
      return (await findServer(this.context.extensionUri)).program !== this.server?.program;
    } catch (error) {
      this.log.warn(messageOf(error));
      return false;
    }
  }

  async sendSettings(): Promise<void> {
    await this.client?.sendNotification("workspace/didChangeConfiguration", { settings: { salve: setByThePerson(this.context) } });
  }

  async sendKeys(): Promise<void> {
    await this.client?.sendNotification(KEYS_DID_CHANGE, { keys: await storedKeys(this.context.secrets) });
  }

  dispose(): void {
    this.changed.dispose();
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(step).catch((error: unknown) => this.log.error(messageOf(error)));
    return this.queue;
  }

  private async startNow(): Promise<void> {
    if (this.client !== undefined) return;
    this.become({ state: "starting" });
    try {
      // Large, and needed only now: nothing that the person sees waits for it.
      const [library, server] = await Promise.all([import("vscode-languageclient/node"), findServer(this.context.extensionUri)]);
      const { State } = library;
      this.log.info(`${server.program} (${server.from}), version ${server.version}`);
      const client = await this.clientOf(library, server);
      client.onDidChangeState(({ newState }) => {
        if (this.client !== client) return;
        if (newState === State.Running) this.become({ state: "running", server });
        else if (newState === State.Starting) this.become({ state: "starting" });
        else this.become({ state: "failed", reason: vscode.l10n.t("the server ended; restart it, or look into the log") });
      });
      this.client = client;
      this.server = server;
      await client.start();
    } catch (error) {
      this.client = undefined;
      this.server = undefined;
      const reason = messageOf(error);
      this.log.error(reason);
      this.become({ state: "failed", reason });
      if (error instanceof NoServer) void offerHelp(reason);
      else void tellError(reason);
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.server = undefined;
    this.become({ state: "stopped" });
    await client?.dispose().catch((error: unknown) => this.log.warn(messageOf(error)));
  }

  private async clientOf(library: Library, server: Server): Promise<LanguageClient> {
    // Without a transport the client adds no arguments of its own.
    const executable: Executable = { command: server.program, args: ["lsp"] };
    const options: LanguageClientOptions = {
      documentSelector: SELECTOR,
      outputChannel: this.log,
      revealOutputChannelOn: library.RevealOutputChannelOn.Never,
      errorHandler: startingAnew(library, this.log),
      initializationOptions: {
        ...setByThePerson(this.context),
        trusted: vscode.workspace.isTrusted,
        keys: await storedKeys(this.context.secrets),
      },
      middleware: {
        ...forCells,
        executeCommand: (command, args, next) => executeCommand(this, command, args, next),
        workspace: { handleApplyEdit: reviewEdit },
      },
    };
    return new library.LanguageClient("salve", "salve", executable, options);
  }

  private become(health: Health): void {
    this.health = health;
    void vscode.commands.executeCommand("setContext", "salve.running", health.state === "running");
    this.changed.fire();
  }
}

/** Tells that there is no server, and leads to one. */
async function offerHelp(reason: string): Promise<void> {
  const { l10n, commands } = vscode;
  const manage = l10n.t("Manage Trust");
  const choose = l10n.t("Choose the Program...");
  const how = l10n.t("How to Get It");
  const choices = vscode.workspace.isTrusted ? [choose, how] : [manage];
  const chosen = await vscode.window.showWarningMessage(`salve: ${reason}`, ...choices);
  if (chosen === manage) await commands.executeCommand("workbench.trust.manage");
  else if (chosen === choose) await commands.executeCommand("salve.chooseServer");
  else if (chosen === how) await commands.executeCommand("workbench.action.openWalkthrough", "salve.salve#start", false);
}
