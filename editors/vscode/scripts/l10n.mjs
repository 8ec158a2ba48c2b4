// Writes all messages of the sources into l10n/bundle.l10n.json, to be translated into bundle.l10n.LANGUAGE.json.
// usage: l10n.mjs [--check]   with --check nothing is written, and a difference is an error
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const at = (path) => new URL(`../${path}`, import.meta.url);
const messages = readdirSync(at("src"))
  .flatMap((file) => [...readFileSync(at(`src/${file}`), "utf8").matchAll(/\bl10n\.t\(\s*("(?:[^"\\]|\\.)*")/g)])
  .map(([, literal]) => JSON.parse(literal))
  .sort();
const bundle = at("l10n/bundle.l10n.json");
const after = `${JSON.stringify(Object.fromEntries(messages.map((message) => [message, message])), null, 2)}\n`;
if (!process.argv.includes("--check")) {
  mkdirSync(at("l10n"), { recursive: true });
  writeFileSync(bundle, after);
} else if (!existsSync(bundle) || readFileSync(bundle, "utf8") !== after) {
  console.error("l10n/bundle.l10n.json: not the messages of the sources; run `npm run l10n` and keep what it writes");
  process.exit(1);
}
