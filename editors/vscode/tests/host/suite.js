// Tests against the real API of VS Code, in the order in which they stand. What a test returns is noted, not judged.
const assert = require("node:assert/strict");
const { existsSync, readFileSync, readdirSync, readlinkSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { DatabaseSync } = require("node:sqlite");
const vscode = require("vscode");

const ID = "salve.salve";
const BROKEN = "def total(prices)\n    return sum(prices)\n";
const PATIENCE = 60_000;

async function until(what, probe) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((go) => setTimeout(go, 50))) {
    const found = await probe();
    if (found) return found;
  }
  throw new Error(`waited in vain for: ${what}`);
}

const root = () => vscode.workspace.workspaceFolders[0].uri.fsPath;
const whole = (document) => new vscode.Range(0, 0, document.lineCount, 0);

async function open(name, text) {
  writeFileSync(path.join(root(), name), text);
  const document = await vscode.workspace.openTextDocument(path.join(root(), name));
  const editor = await vscode.window.showTextDocument(document);
  return { document, editor };
}

const ours = (uri) => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "salve");
const found = ({ uri }) => until("a diagnostic", () => ours(uri)[0]);
const actions = (document, kind, resolved = 0) =>
  vscode.commands.executeCommand("vscode.executeCodeActionProvider", document.uri, whole(document), kind, resolved);
const fixes = (document) => until("a fix", async () => {
  const listed = await actions(document, "quickfix", 5);
  return listed.length > 0 ? listed : undefined;
});
/** The text of a page that a command opened. */
const page = (name) => until(`the page ${name}`, () =>
  vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "salve-page" && uri.path === name)?.getText());

/** Runs a command that lets the person choose, and takes the first entry until `done`. */
async function choosing(command, done) {
  const chosen = vscode.commands.executeCommand(command);
  await until(`the choice of ${command}`, async () => {
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    return done();
  });
  await chosen;
}

function outcomes() {
  const database = path.join(process.env.XDG_DATA_HOME, "salve/salve.db");
  if (!existsSync(database)) return [];
  const connection = new DatabaseSync(database, { readOnly: true });
  try {
    return connection.prepare("SELECT kind FROM outcome").all().map(({ kind }) => kind);
  } finally {
    connection.close();
  }
}

module.exports = {
  async "it is not active before there is Python, and activates by itself"() {
    const extension = vscode.extensions.getExtension(ID);
    assert.equal(extension.isActive, false);
    const start = performance.now();
    await extension.activate();
    return `activation: ${(performance.now() - start).toFixed(1)} ms`;
  },

  async "every command is registered"() {
    const registered = new Set(await vscode.commands.getCommands(true));
    const { contributes } = vscode.extensions.getExtension(ID).packageJSON;
    const missing = contributes.commands.map(({ command }) => command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  },

  async "every setting has a description, and what names programs, places and keys is the person's alone"() {
    const { properties } = vscode.extensions.getExtension(ID).packageJSON.contributes.configuration;
    for (const [name, setting] of Object.entries(properties)) assert.ok(setting.markdownDescription, name);
    for (const name of ["server.path", "python.interpreter", "model.provider", "providers.custom.url", "database.path", "network.proxy", "workspace.run"]) {
      assert.equal(properties[`salve.${name}`].scope, "machine", name);
    }
  },

  async "a mistake is one diagnostic, with code, message and a page about it"() {
    const { document } = await open("one.py", BROKEN);
    const diagnostic = await found(document);
    assert.equal(ours(document.uri).length, 1);
    assert.equal(diagnostic.code.value, "SYN.MISSING_COLON");
    assert.match(diagnostic.code.target.toString(), /synmissing_colon/);
    assert.match(diagnostic.message, /must end with ':'/);
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
  },

  async "its fix is preferred and says what was proven"() {
    const { document } = await open("one.py", BROKEN);
    const [first] = await fixes(document);
    assert.match(first.title, /\(rule, compiles\)/);
    assert.equal(first.isPreferred, true);
    assert.ok(first.edit.has(document.uri));
  },

  async "the cursor is healed by command, undoing that is observed, and so is taking it again"() {
    const { document, editor } = await open("cursor.py", BROKEN);
    await found(document);
    editor.selection = new vscode.Selection(0, 3, 0, 3);
    await vscode.commands.executeCommand("salve.healAtCursor");
    await until("the healed text", () => document.getText().startsWith("def total(prices):"));
    await until("the outcome", () => outcomes().includes("accepted"));
    await vscode.commands.executeCommand("undo");
    await until("the broken text", () => document.getText() === BROKEN);
    await until("that it was undone", () => outcomes().includes("undone"));
  },

  async "a file is healed by command"() {
    const { document } = await open("file.py", `${BROKEN}\n\nclass Shop\n    pass\n`);
    await found(document);
    await fixes(document);
    await vscode.commands.executeCommand("salve.healFile");
    await until("the healed text", () => /prices\):[^]*Shop:/.test(document.getText()));
    await until("no diagnostic", () => ours(document.uri).length === 0);
  },

  async "a file is healed when it is saved, if the person wants that"() {
    const editor = vscode.workspace.getConfiguration("editor");
    await editor.update("codeActionsOnSave", { "source.fixAll.salve": "explicit" }, vscode.ConfigurationTarget.Workspace);
    const { document } = await open("saved.py", `x = 1\n${BROKEN}`);
    await found(document);
    await fixes(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "y = 2\n");
    await vscode.workspace.applyEdit(edit);
    await fixes(document);
    await document.save();
    await editor.update("codeActionsOnSave", undefined, vscode.ConfigurationTarget.Workspace);
    assert.match(readFileSync(document.uri.fsPath, "utf8"), /def total\(prices\):/);
  },

  async "why a fix is offered is shown with its evidence"() {
    const { document, editor } = await open("why.py", BROKEN);
    await fixes(document);
    editor.selection = new vscode.Selection(0, 3, 0, 3);
    await choosing("salve.whyFix", () => vscode.workspace.textDocuments.some(({ uri }) => uri.path === "why.txt"));
    const text = await page("why.txt");
    assert.match(text, /the rule missing_colon/);
    assert.match(text, /✓ compiles/);
    assert.match(text, /Python 3/);
  },

  async "a fix that is rejected is not offered again"() {
    const { document, editor } = await open("rejected.py", "class Shop\n    pass\n");
    const [first] = await fixes(document);
    editor.selection = new vscode.Selection(0, 3, 0, 3);
    await choosing("salve.rejectFix", () => outcomes().includes("rejected"));
    await until("that it is gone", async () => !(await actions(document, "quickfix")).some(({ title }) => title === first.title));
  },

  async "a code is explained"() {
    const { document, editor } = await open("explained.py", BROKEN);
    await found(document);
    editor.selection = new vscode.Selection(0, 3, 0, 3);
    await vscode.commands.executeCommand("salve.explainCode");
    assert.match(await page("SYN.MISSING_COLON.txt"), /Python says/);
  },

  async "the doctor is asked"() {
    await vscode.commands.executeCommand("salve.doctor");
    assert.match(await page("doctor.txt"), /interpreter/);
  },

  async "lines with characters of four bytes are healed at the right place"() {
    const { document } = await open("wide.py", "größe = '🎈🎈'; print(größe\n");
    await found(document);
    const [first] = await fixes(document);
    await vscode.workspace.applyEdit(first.edit);
    assert.equal(document.getText(), "größe = '🎈🎈'; print(größe)\n");
  },

  async "paths with spaces, '#', '%' and other scripts are no trouble"() {
    const { document } = await open("a b#c%20d é 数.py", BROKEN);
    await found(document);
    const [first] = await fixes(document);
    assert.ok(first.edit.has(document.uri));
  },

  async "a file that was never saved is healed"() {
    const document = await vscode.workspace.openTextDocument({ language: "python", content: BROKEN });
    await vscode.window.showTextDocument(document);
    await found(document);
    const [first] = await fixes(document);
    assert.match(first.title, /compiles/);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  },

  async "cells of a notebook are healed one by one"() {
    const cell = (text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "python");
    const data = new vscode.NotebookData(["x = 1", "print(x)", "%matplotlib inline\nplot(", "def f()\n    pass"].map(cell));
    const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", data);
    await vscode.window.showNotebookDocument(notebook);
    const cells = notebook.getCells().map(({ document }) => document);
    await found(cells[3]);
    const [first] = await fixes(cells[3]);
    assert.match(first.title, /Add ':'/);
    assert.deepEqual(cells.slice(0, 3).flatMap(({ uri }) => ours(uri)), []);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  },

  async "a server that dies is started again"() {
    const { document } = await open("killed.py", BROKEN);
    await found(document);
    const { fsPath } = vscode.extensions.getExtension(ID).extensionUri;
    const servers = () => readdirSync("/proc").filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/exe`) === path.join(fsPath, "server/salve") && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("lsp");
      } catch {
        return false;
      }
    });
    for (const _ of [1, 2]) {
      const before = servers();
      assert.equal(before.length, 1);
      process.kill(Number(before[0]), "SIGKILL");
      // What is written to it meanwhile is no reason to give it up.
      await Promise.all(Array.from({ length: 8 }, () => actions(document, "quickfix")));
      await until("another server", () => servers().some((pid) => pid !== before[0]));
      await fixes(document);
    }
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), "    # again\n");
    await vscode.workspace.applyEdit(edit);
    const [first] = await fixes(document);
    assert.match(first.title, /compiles/);
  },

  async "the server is restarted by command"() {
    const { document } = await open("restarted.py", BROKEN);
    await found(document);
    await vscode.commands.executeCommand("salve.restart");
    const [first] = await fixes(document);
    assert.match(first.title, /compiles/);
  },
};
