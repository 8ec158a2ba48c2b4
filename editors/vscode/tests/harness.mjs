// A real VS Code in a browser, on folders of its own: nothing of the person's is read or written.
import { spawn, execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

export const TOOLS = process.env.SALVE_VSCODE_TOOLS;
export const PICTURES = process.env.SALVE_VSCODE_PICTURES;
/** Longest wait for anything: only reached where something is wrong. */
export const PATIENCE = 60_000;

const NODE = path.join(TOOLS, "bin/node");
const ENTRY = path.join(TOOLS, "code-server/node_modules/code-server/out/node/entry.js");
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);
// What VS Code itself would fetch or ask, and what moves.
const SETTINGS = {
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "workbench.enableExperiments": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  // No dialog about trust at the start: a folder is not trusted until that is asked for.
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.untrustedFiles": "open",
  "workbench.colorTheme": "Default Light Modern",
  "chat.disableAIFeatures": true,
  "git.enabled": false,
  "files.autoSave": "off",
  "editor.minimap.enabled": false,
  "editor.fontFamily": "DejaVu Sans Mono",
  "editor.cursorBlinking": "solid",
};

/** Polls until `probe` gives something. */
export async function until(what, probe, patience = PATIENCE) {
  let last;
  for (const end = Date.now() + patience; Date.now() < end; await new Promise((go) => setTimeout(go, 50))) {
    try {
      const found = await probe();
      if (found) return found;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`waited in vain for: ${what}${last ? ` (${last.message})` : ""}`);
}

export function freePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A VS Code that was never used, with one workspace. */
export class Editor {
  constructor(name) {
    this.name = name;
    this.root = mkdtempSync(path.join(tmpdir(), `salve-${name}-`));
    this.workspace = path.join(this.root, "workspace");
    this.home = path.join(this.root, "home");
    this.data = path.join(this.root, "data");
    this.refused = [];
    this.started = [];
    for (const folder of [this.workspace, this.home, path.join(this.data, "User"), path.join(this.data, "Machine")]) {
      mkdirSync(folder, { recursive: true });
    }
    this.settings(SETTINGS, "User");
    this.environment = {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LANG: "C.UTF-8",
      HOME: this.home,
      XDG_CONFIG_HOME: path.join(this.home, "config"),
      XDG_DATA_HOME: path.join(this.home, "share"),
      XDG_STATE_HOME: path.join(this.home, "state"),
      XDG_CACHE_HOME: path.join(this.home, "cache"),
      // No gallery: nothing is looked up.
      EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: "", itemUrl: "", resourceUrlTemplate: "", controlUrl: "" }),
    };
  }

  /** Writes settings: of the `User`, or of the `Machine` on which the extension runs. */
  settings(values, of = "Machine") {
    writeFileSync(path.join(this.data, of, "settings.json"), JSON.stringify(values, null, 2));
  }

  file(name) {
    return path.join(this.workspace, name);
  }

  write(name, text) {
    mkdirSync(path.dirname(this.file(name)), { recursive: true });
    writeFileSync(this.file(name), text);
  }

  read(name) {
    return readFileSync(this.file(name), "utf8");
  }

  get #arguments() {
    return [
      ENTRY, "--config", path.join(this.root, "config.yaml"), "--user-data-dir", this.data,
      "--extensions-dir", path.join(this.root, "extensions"),
    ];
  }

  async install(...packages) {
    const all = packages.flatMap((vsix) => ["--install-extension", vsix]);
    await promisify(execFile)(NODE, [...this.#arguments, ...all], { env: this.environment });
  }

  async start({ trusted = true, open, environment = {} } = {}) {
    const port = await freePort();
    const flags = ["--bind-addr", `127.0.0.1:${port}`, "--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-proxy"];
    if (trusted) flags.push("--disable-workspace-trust");
    this.server = spawn(NODE, [...this.#arguments, ...flags], {
      stdio: "ignore", detached: true, env: { ...this.environment, ...environment },
    });
    await until("VS Code's server", async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
    this.browser = await chromium.launchPersistentContext(path.join(this.root, "browser"), {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      viewport: { width: 1000, height: 640 },
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
    });
    await this.browser.route("**/*", (route) => {
      const { hostname } = new URL(route.request().url());
      if (LOOPBACK.has(hostname)) return route.continue();
      this.refused.push(hostname);
      return route.abort();
    });
    this.page = this.browser.pages()[0] ?? (await this.browser.newPage());
    const files = open === undefined ? [] : [["openFile", `vscode-remote://127.0.0.1:${port}${this.file(open)}`]];
    const payload = encodeURIComponent(JSON.stringify(files));
    await this.page.goto(`http://127.0.0.1:${port}/?folder=${this.workspace}&payload=${payload}`);
    await this.page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: PATIENCE });
    if (open !== undefined) await this.page.locator(".monaco-editor .view-line").first().waitFor({ timeout: PATIENCE });
  }

  /** What stands in an editor, of the part of it that is drawn. */
  async text(selector = ".editor-instance .view-lines") {
    const lines = await this.page.locator(`${selector} >> nth=0`).innerText();
    return lines.replaceAll("\u00a0", " ");
  }

  /** Runs a command of the palette, which may not list it yet. */
  async command(title) {
    await until(`the command '${title}'`, async () => {
      await this.page.keyboard.press("F1");
      await this.page.locator(".quick-input-widget input").first().waitFor({ timeout: PATIENCE });
      await this.page.keyboard.type(title);
      const wanted = this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title });
      try {
        await wanted.waitFor({ timeout: 5000 });
      } catch {
        await this.page.keyboard.press("Escape");
        await this.page.locator(".quick-input-widget").waitFor({ state: "hidden", timeout: PATIENCE });
        return false;
      }
      await this.page.keyboard.press("Enter");
      return true;
    });
  }

  /** Chooses an entry of a list by what it is called. */
  async choose(entry) {
    const rows = this.page.locator(".quick-input-list .monaco-list-row", { hasText: entry });
    await rows.first().waitFor({ timeout: PATIENCE });
    await this.page.keyboard.type(entry);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: entry }).first().waitFor({ timeout: PATIENCE });
    await this.page.keyboard.press("Enter");
  }

  /** Puts the cursor to a place, counted from one. */
  async goTo(line, column) {
    await this.page.keyboard.press("Control+g");
    await this.page.locator(".quick-input-widget input").first().waitFor({ timeout: PATIENCE });
    await this.page.keyboard.type(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden", timeout: PATIENCE });
  }

  /** Opens the menu of quick fixes and gives their titles. */
  async quickFixes() {
    return until("the menu of quick fixes", async () => {
      await this.page.keyboard.press("Control+.");
      const actions = this.page.locator(".action-widget .action .title");
      try {
        await actions.first().waitFor({ timeout: 3000 });
        return await actions.allInnerTexts();
      } catch {
        await this.page.keyboard.press("Escape");
        return undefined;
      }
    });
  }

  /** Takes the action whose title has `part`, by keyboard. */
  async take(part) {
    await until(`the action '${part}'`, async () => {
      const focused = await this.page.locator(".action-widget .action.focused .title").first().innerText();
      if (focused.includes(part)) return true;
      await this.page.keyboard.press("ArrowDown");
      return false;
    });
    await this.page.keyboard.press("Enter");
  }

  async statusBar(part) {
    const item = this.page.locator('.statusbar-item[id$="salve.model"]');
    return until(`the status bar says '${part}'`, async () => {
      const text = await item.innerText({ timeout: 1000 });
      return text.includes(part) ? text : undefined;
    });
  }

  async toast(part) {
    const toast = this.page.locator(".notification-toast", { hasText: part });
    await toast.first().waitFor({ timeout: PATIENCE });
    return (await toast.first().innerText()).replaceAll("\u00a0", " ");
  }

  /** The upper part of the editor, as PNG. */
  async part(height) {
    const { x, y, width } = await this.page.locator(".editor-group-container").first().boundingBox();
    return this.page.screenshot({ clip: { x, y, width, height }, animations: "disabled" });
  }

  async picture(name) {
    if (!PICTURES) return;
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: path.join(PICTURES, `${this.name}-${name}.png`) });
  }

  async stop() {
    for (const child of this.started) kill(child);
    await this.browser?.close().catch(() => undefined);
    if (this.server) kill(this.server);
    rmSync(this.root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Ends a process that was started detached, with all that it started. */
export function kill(child, signal = "SIGKILL") {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Runs scenarios one after the other and prints `N passed, N failed`. */
export async function run(scenarios) {
  let passed = 0;
  let failed = 0;
  const check = (what, holds, shown = "") => {
    console.log(`${holds ? "ok  " : "FAIL"} ${what}${holds || shown === "" ? "" : `: ${shown}`}`);
    if (holds) passed += 1;
    else failed += 1;
  };
  for (const scenario of scenarios) {
    const editor = new Editor(scenario.name);
    console.log(`-- ${scenario.name}`);
    try {
      await scenario(editor, check);
      check(`${scenario.name}: no request leaves the machine`, editor.refused.length === 0, editor.refused.join(" "));
    } catch (error) {
      check(scenario.name, false, error.message);
      await editor.picture("failure").catch(() => undefined);
    }
    await editor.stop();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
