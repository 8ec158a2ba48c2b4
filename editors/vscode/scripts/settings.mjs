// Writes the settings into package.json, out of the schema and the defaults of the server.
// usage: settings.mjs [--check]   with --check nothing is written, and a difference is an error
import { readFileSync, writeFileSync } from "node:fs";

const at = (path) => new URL(path, import.meta.url);
const read = (path) => JSON.parse(readFileSync(at(path), "utf8"));
const schema = read("../../../docs/salve.schema.json");
const defaults = read("../../../config.default.json");

// What the editor asks the person itself, and its answer outranks these.
const LEFT_OUT = new Set(["workspace.trusted", "workspace.trustedFolders"]);
// Known to the server and to VS Code alike.
const TAKEN_OVER = ["type", "minimum", "maximum", "pattern"];

const words = (text) => text.replace(/\s*\n\s*/g, " ");

function enumeration({ oneOf }) {
  return {
    type: "string",
    enum: oneOf.map((choice) => choice.const),
    enumDescriptions: oneOf.map((choice) => words(choice.description)),
  };
}

function setting(member, value, order) {
  const made = member.oneOf ? enumeration(member) : {};
  for (const name of TAKEN_OVER) if (member[name] !== undefined) made[name] = member[name];
  if (member.items) made.items = member.items.oneOf ? enumeration(member.items) : { type: member.items.type };
  return {
    ...made,
    default: value,
    markdownDescription: words(member.description),
    scope: member["x-userOnly"] ? "machine" : "window",
    order,
  };
}

function* settings(members, values, prefix) {
  for (const [name, member] of Object.entries(members)) {
    const key = prefix + name;
    if (member.properties) yield* settings(member.properties, values[name], `${key}.`);
    else if (name !== "$schema" && !LEFT_OUT.has(key)) yield [key, member, values[name]];
  }
}

const properties = {
  "salve.server.path": {
    type: ["string", "null"],
    default: null,
    markdownDescription:
      "The server's program: a path, or a name that is looked up on `PATH`. Not set: the one that came with the extension, then `salve` on `PATH`. In a folder that is not trusted only the one that came with the extension is started.",
    scope: "machine",
    order: 0,
  },
  "salve.trace.server": {
    type: "string",
    enum: ["off", "messages", "verbose"],
    default: "off",
    markdownDescription: "What of the conversation with the server is written to the log.",
    scope: "window",
    order: 1,
  },
};
const restricted = ["salve.server.path"];
let order = Object.keys(properties).length;
for (const [key, member, value] of settings(schema.properties, defaults, "")) {
  properties[`salve.${key}`] = setting(member, value, order++);
  // Until a folder is trusted, none of its words counts.
  restricted.push(`salve.${key}`);
}

const before = readFileSync(at("../package.json"), "utf8");
const manifest = JSON.parse(before);
manifest.contributes.configuration = { title: "salve", properties };
manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = restricted;
const after = `${JSON.stringify(manifest, null, 2)}\n`;
if (process.argv.includes("--check")) {
  if (before !== after) {
    console.error("package.json: its settings are not those of the server; run `npm run settings` and keep what it writes");
    process.exit(1);
  }
} else {
  writeFileSync(at("../package.json"), after);
}
