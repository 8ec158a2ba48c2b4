// What a person does in VS Code, done in a real one. usage: drive.mjs SALVE VSIX VSIX_WITH_SERVER VSIX_WITH_TESTS [SCENARIO...]
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { freePort, kill, run, until } from "./harness.mjs";

const [salve, vsix, bundled, suite, ...wanted] = process.argv.slice(2);
const BROKEN = "def total(prices)\n    return sum(prices)\n\n\nprint(total([1, 2, 3]))\n";

const KEY = "sk-kept-in-the-store-of-secrets";

const compiles = (file) => {
  try {
    execFileSync("python3", ["-I", "-c", "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')", file], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** The files below a folder that hold a text. */
const filesWith = (folder, text) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));

/** Rows of a query to the record of an editor's home. */
const rows = (editor, query) => {
  const database = path.join(editor.home, "share/salve/salve.db");
  if (!existsSync(database)) return [];
  const connection = new DatabaseSync(database, { readOnly: true });
  try {
    return connection.prepare(query).all();
  } finally {
    connection.close();
  }
};

/** What the record says became of fixes, such as `accepted`. */
const outcomes = (editor) => rows(editor, "SELECT kind FROM outcome").map(({ kind }) => kind);

/** From a VS Code that was never used to the first healed error, with nothing configured. */
async function fresh(editor, check) {
  editor.write("shop.py", BROKEN);
  await editor.install(bundled);
  // The first action: the file is opened.
  await editor.start({ open: "shop.py" });
  const { page } = editor;
  await page.locator(".squiggly-error").first().waitFor();
  check("a broken file has a squiggle", true);
  await editor.picture("1-red");
  // The second and the third: the menu, and its first entry.
  const titles = await editor.quickFixes();
  check("the light bulb's menu shows the proof", titles.some((title) => title.includes("(rule, compiles)")), titles.join(" | "));
  await editor.picture("2-menu");
  await page.keyboard.press("Enter");
  await until("the healed text", async () => (await editor.text()).includes("def total(prices):"));
  check("the preferred fix is applied by keyboard, three actions after the start", true);
  await page.keyboard.press("Control+s");
  await until("the file on disk", () => editor.read("shop.py").includes("prices):"));
  check("the file on disk compiles", compiles(editor.file("shop.py")));
  await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
  await editor.picture("3-healed");
  await until("the outcome in the record", () => outcomes(editor).includes("accepted"));
  check("the outcome is in the record", true);

  await editor.command("salve: Show Statistics of Patterns");
  const row = page.locator(".monaco-list-row", { hasText: "Accepted fixes" });
  await until("the statistics", async () => /Accepted fixes\s*1/.test(await row.first().innerText()));
  check("the view of statistics counts it", true);
  await editor.picture("4-statistics");

  await editor.command("New Untitled Text File");
  await page.locator('.statusbar-item[id$="salve.model"]').waitFor({ state: "hidden" });
  check("the status bar says nothing where salve does not apply", true);
  await page.keyboard.press("Control+w");
  await editor.statusBar("not reachable");

  // Settings are read as they are written, and a value that makes no sense is told.
  editor.settings({ "salve.diagnostics.delayMillis": "soon" });
  const told = await editor.toast("diagnostics.delayMillis");
  check("a setting with a bad value says so", told.includes("soon"), told);
  await editor.picture("5-bad-setting");
}

/** The status bar follows a model that is started, killed and started again, and its fix is reviewed. */
async function model(editor, check) {
  const port = await freePort();
  const serve = () => {
    const [program, ...args] = process.env.SALVE_TEST_MODEL_COMMAND.split(" ");
    const child = spawn(program, [...args, String(port)], { stdio: "ignore", detached: true });
    editor.started.push(child);
    return child;
  };
  editor.settings({
    "salve.model.provider": "custom",
    "salve.providers.custom.url": `http://127.0.0.1:${port}/v1`,
    "salve.model.heartbeatSeconds": 1,
  });
  editor.write("shop.py", BROKEN);
  await editor.install(bundled);
  await editor.start({ open: "shop.py" });
  const { page } = editor;
  await editor.statusBar("not reachable");
  check("the status bar says that no model answers", true);
  const first = serve();
  const said = await editor.statusBar("smollm2-135m-instruct reachable");
  check("it says that the model was started, and its latency", /\d+ ms/.test(said), said);
  await page.locator('.statusbar-item[id$="salve.model"]').hover();
  await page.locator(".monaco-hover", { hasText: "Last checked" }).first().waitFor();
  await editor.picture("1-status");
  // What is under the pointer would hide what is shown later.
  await page.mouse.move(500, 300);

  // Where it is and what it says.
  await editor.goTo(1, 1);
  await page.keyboard.press("F8");
  const marker = page.locator(".marker-widget");
  await marker.first().waitFor();
  const problem = await marker.first().innerText();
  check("the squiggle has code and message", problem.includes("SYN.MISSING_COLON") && problem.includes("must end with ':'"), problem);
  await editor.picture("2-problem");
  await page.keyboard.press("Escape");

  await editor.goTo(1, 1);
  await editor.command("salve: Show What a Model Would Be Sent");
  await until("the prompt", async () => (await editor.text()).includes("Nothing was sent"));
  check("what a model would be sent is shown", (await editor.text()).includes("--- system ---"));
  await editor.picture("3-prompt");
  await page.keyboard.press("Control+w");
  await until("the file", async () => (await editor.text()).startsWith("def total"));

  // Setting it up.
  await editor.command("salve: Test the Connection to the Model");
  const answer = await editor.toast("answers");
  check("the connection is tested", answer.includes("smollm2-135m-instruct answers"), answer);
  await editor.command("Notifications: Clear All Notifications");
  await editor.command("salve: Choose Provider and Model");
  await editor.choose("OpenAI-compatible server");
  await editor.choose("smollm2");
  const chosen = path.join(editor.data, "Machine/settings.json");
  await until("the settings", () => readFileSync(chosen, "utf8").includes("salve.providers.custom.model"));
  check("provider and model are chosen, and saved as settings of this machine", true);

  // A key goes to the editor's own store only.
  await editor.command("salve: Store the Key of a Provider");
  await editor.choose("OpenAI");
  await page.locator('.quick-input-widget input[type="password"]').waitFor();
  await page.keyboard.type(KEY);
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });

  const titles = await editor.quickFixes();
  check("the model is offered last", titles.at(-1).startsWith("Heal with smollm2"), titles.join(" | "));
  await editor.picture("4-menu");
  await editor.take("Heal with");
  await page.locator(".monaco-diff-editor .view-line").first().waitFor();
  await until("the proposal", async () => (await page.locator(".monaco-diff-editor .editor.modified").innerText()).includes("):"));
  check("a model's fix is shown as a difference", true);
  check("and is not applied before it is accepted", editor.read("shop.py") === BROKEN);
  await editor.picture("5-difference");
  await page.keyboard.press("Control+Enter");
  await page.locator(".monaco-diff-editor").waitFor({ state: "detached" });
  await until("the healed text", async () => (await editor.text()).includes("def total(prices):"));
  await page.keyboard.press("Control+s");
  await until("the file on disk", () => compiles(editor.file("shop.py")));
  check("it is applied when it is accepted, and the file on disk compiles", true);
  await until("the outcome in the record", () => outcomes(editor).includes("accepted"));
  check("the outcome is in the record", true);
  await editor.statusBar("smollm2-135m-instruct ready");
  check("the status bar says that the model answered", true);
  await editor.picture("6-accepted");

  // The same mistake again; the model does not answer, and the person does not wait.
  await page.keyboard.press("Control+z");
  await until("the broken text", async () => !(await editor.text()).includes("):"));
  await editor.statusBar("smollm2-135m-instruct ready");
  await until("the menu with the model", async () => {
    const listed = await editor.quickFixes();
    if (listed.at(-1).startsWith("Heal with")) return true;
    await page.keyboard.press("Escape");
    return false;
  });
  kill(first, "SIGSTOP");
  await editor.take("Heal with");
  await editor.toast("asking the model");
  await page.locator(".notification-toast .monaco-button", { hasText: "Cancel" }).first().click();
  await page.locator(".notification-toast", { hasText: "asking the model" }).waitFor({ state: "detached" });
  kill(first, "SIGCONT");
  check("asking the model is given up", !(await page.locator(".monaco-diff-editor").isVisible()));

  // A fix that is declined.
  await editor.statusBar("smollm2-135m-instruct re");
  await until("the menu with the model", async () => {
    const listed = await editor.quickFixes();
    if (listed.at(-1).startsWith("Heal with")) return true;
    await page.keyboard.press("Escape");
    return false;
  });
  await editor.take("Heal with");
  await page.locator(".monaco-diff-editor .view-line").first().waitFor();
  await editor.toast("discard it with Escape");
  await page.locator(".monaco-diff-editor .editor.modified .view-line").last().click();
  await page.keyboard.press("Escape");
  await page.locator(".monaco-diff-editor").waitFor({ state: "detached" });
  await until("the outcome in the record", () => outcomes(editor).includes("rejected"));
  check("a model's fix that is declined changes nothing, and that is in the record", !(await editor.text()).includes("):"));

  kill(first);
  await editor.statusBar("not reachable");
  check("it says that the model was killed", true);
  serve();
  await editor.statusBar("smollm2-135m-instruct reachable");
  check("it says that the model was started again", true);
  const holds = [editor.data, editor.home, editor.workspace].flatMap((folder) => filesWith(folder, KEY));
  check("a key is in no file of the editor's or the server's", holds.length === 0, holds.join(" "));
}

/** Puts a program where it must not be started; tells whether it was. */
function trap(editor, file, program) {
  const started = path.join(editor.root, `started-${path.basename(file)}`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\ntouch '${started}'\nexec '${program}' "$@"\n`, { mode: 0o755 });
  return () => existsSync(started);
}

async function grantTrust(editor) {
  await editor.command("Workspaces: Manage Workspace Trust");
  await editor.page.locator(".workspace-trust-buttons-row a", { hasText: /^Trust$/ }).first().click();
  await editor.page.keyboard.press("Control+w");
}

/** Without trust and without a server of its own, the extension starts nothing. */
async function restricted(editor, check) {
  const bin = path.join(editor.root, "bin");
  const isStarted = trap(editor, path.join(bin, "salve"), realpathSync(salve));
  // VS Code asks the person's shell for PATH.
  editor.environment.SHELL = "/bin/bash";
  writeFileSync(path.join(editor.home, ".bash_profile"), `PATH='${bin}':$PATH\n`);
  editor.write("shop.py", BROKEN);
  await editor.install(vsix);
  await editor.start({ open: "shop.py", trusted: false });
  const { page } = editor;
  const told = await editor.toast("not trusted");
  check("it says that the folder is not trusted", told.includes("trust the folder"), told);
  await page.locator("#status\\.languageStatus").click();
  const status = page.locator(".hover-language-status", { hasText: "salve" });
  await status.first().waitFor();
  const said = await status.first().innerText();
  check("the language status says that the server does not run", said.includes("salve does not run"), said);
  await editor.picture("1-untrusted");
  await page.keyboard.press("Escape");
  check("nothing on PATH was started", !isStarted());
  await grantTrust(editor);
  await page.locator(".squiggly-error").first().waitFor();
  check("the server starts once the folder is trusted", isStarted());
  await editor.picture("2-trusted");
}

/** Without trust nothing of the folder is started or read; with it, both. */
async function untrusted(editor, check) {
  const venv = trap(editor, editor.file(".venv/bin/python"), "/usr/bin/python3");
  const server = trap(editor, editor.file("tools/salve"), realpathSync(salve));
  const interpreter = trap(editor, editor.file("tools/interpreter"), "/usr/bin/python3");
  editor.write(".venv/pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n");
  editor.write(".vscode/settings.json", JSON.stringify({
    "salve.server.path": editor.file("tools/salve"),
    "salve.python.interpreter": editor.file("tools/interpreter"),
    "salve.diagnostics.delayMillis": "never",
  }));
  editor.write("shop.py", BROKEN);
  await editor.install(bundled);
  await editor.start({ open: "shop.py", trusted: false });
  const { page } = editor;
  await page.locator(".squiggly-error").first().waitFor();
  const titles = await editor.quickFixes();
  check("fixes are proven, by an interpreter from outside", titles[0].includes("compiles"), titles.join(" | "));
  await page.keyboard.press("Escape");
  const isToast = () => page.locator(".notification-toast", { hasText: "delayMillis" }).count();
  check("settings of the folder are not read", (await isToast()) === 0);
  check("nothing of the folder was started", !venv() && !server() && !interpreter());
  await grantTrust(editor);
  await editor.toast("delayMillis");
  check("settings of the folder count once it is trusted", true);
  await until("the folder's own interpreter", async () => {
    if (!venv()) await editor.quickFixes();
    await page.keyboard.press("Escape");
    return venv();
  });
  check("the folder's own interpreter proves once it is trusted", true);
  check("the folder never chooses server or interpreter", !server() && !interpreter());
}

/** The tests that run inside the extension host. */
async function host(editor, check) {
  const results = path.join(editor.root, "results");
  await editor.install(bundled, suite);
  await editor.start({ environment: { SALVE_HOST_RESULTS: results } });
  const lines = () => (existsSync(results) ? readFileSync(results, "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line)) : []);
  let told = 0;
  await until("the end of the tests in the extension host", () => {
    for (const { name, note, error } of lines().slice(told).filter(({ done }) => !done)) {
      told += 1;
      check(`${name}${note ? ` (${note})` : ""}`, error === undefined, error);
    }
    return lines().some(({ done }) => done);
  }, 180_000);
}

/** The picture of the README: red, the fix with its proof, healed. */
async function picture(editor, check) {
  // Without marks that have nothing to do with it.
  editor.settings({ "editor.occurrencesHighlight": "off", "editor.matchBrackets": "never" });
  editor.write("shop.py", BROKEN);
  await editor.install(bundled);
  await editor.start({ open: "shop.py" });
  const { page } = editor;
  await page.setViewportSize({ width: 860, height: 480 });
  await page.keyboard.press("Control+b");
  await page.locator(".squiggly-error").first().waitFor();
  await editor.goTo(1, 18);
  await page.keyboard.press("F8");
  await page.locator(".marker-widget").first().waitFor();
  const parts = [await editor.part(212)];
  await page.keyboard.press("Escape");
  await page.locator(".marker-widget").waitFor({ state: "detached" });
  await editor.quickFixes();
  parts.push(await editor.part(170));
  await page.keyboard.press("Enter");
  await until("the healed text", async () => (await editor.text()).includes("def total(prices):"));
  await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
  await page.keyboard.press("Control+s");
  await until("the file on disk", () => compiles(editor.file("shop.py")));
  parts.push(await editor.part(170));
  const sheet = await editor.browser.newPage();
  await sheet.setViewportSize({ width: 802, height: 480 });
  const rows = parts.map((part) => `<img src="data:image/png;base64,${part.toString("base64")}">`);
  await sheet.setContent(`<style>body{margin:0;background:#fff}img{display:block;margin:0 0 10px;border-bottom:1px solid #ccc}</style>${rows.join("")}`);
  const file = path.join(import.meta.dirname, "../../../docs/vscode.png");
  await sheet.screenshot({ path: file, fullPage: true });
  const { size } = statSync(file);
  check(`${file} has at most 150 kB`, size <= 150_000, String(size));
}

/** What a person is shown who opens the walkthrough. */
async function walkthrough(editor, check) {
  await editor.install(bundled);
  await editor.start({});
  await editor.command("Welcome: Open Walkthrough");
  await editor.choose("Heal Python with salve");
  await editor.page.locator(".getting-started-step", { hasText: "Heal the first error" }).first().click();
  const button = editor.page.locator(".getting-started-step .monaco-button", { hasText: "Open a broken example" });
  await button.first().waitFor();
  await editor.picture("1-steps");
  check("the walkthrough has its steps", (await editor.page.locator(".getting-started-step").count()) === 3);
  await button.first().click();
  await editor.page.locator(".squiggly-error").first().waitFor();
  check("its example is broken", true);
  await editor.picture("2-example");
}

/** How long the extension takes to be activated, as VS Code counts it. */
async function activation(editor, check) {
  editor.write("shop.py", BROKEN);
  await editor.install(bundled);
  await editor.start({ open: "shop.py" });
  await editor.page.locator(".squiggly-error").first().waitFor();
  await editor.command("Developer: Show Running Extensions");
  const row = editor.page.locator(".runtime-extensions-editor .monaco-list-row", { hasText: "salve" });
  await row.first().waitFor();
  const shown = await row.first().innerText();
  check(`activation: ${/(\d+ ?ms)/.exec(shown)?.[1]}`, /\d ?ms/.test(shown), shown);
}

/** Not tests, but what is made and measured with the same means. */
const MORE = { picture, activation };
const SCENARIOS = { fresh, host, model, restricted, untrusted, walkthrough };
const chosen = wanted.length === 0 ? Object.values(SCENARIOS) : wanted.map((name) => ({ ...SCENARIOS, ...MORE })[name]);
await run(chosen);
