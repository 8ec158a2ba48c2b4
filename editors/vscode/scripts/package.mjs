// Packages the extension: without a server, or for a platform with its program.
// usage: package.mjs OUT.vsix [TARGET PROGRAM]   a target is one of `vsce`, such as linux-x64, darwin-arm64, win32-x64
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";

const [out, target, program] = process.argv.slice(2);
if (out === undefined || (target !== undefined) !== (program !== undefined)) {
  console.error("usage: package.mjs OUT.vsix [TARGET PROGRAM]");
  process.exit(2);
}
const file = path.resolve(out);
const given = program && path.resolve(program);
process.chdir(path.join(import.meta.dirname, ".."));
const server = "server";
const command = ["node_modules/@vscode/vsce/vsce", "package", "--no-dependencies", "--allow-missing-repository", "-o", file];
rmSync(server, { recursive: true, force: true });
try {
  if (target !== undefined) {
    mkdirSync(server);
    copyFileSync(given, path.join(server, target.startsWith("win32") ? "salve.exe" : "salve"));
    command.push("--target", target);
  }
  process.exitCode = spawnSync(process.execPath, command, { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(server, { recursive: true, force: true });
}
