// Runs the tests in the extension host and writes what came of them to a file, as lines of JSON.
const { appendFileSync } = require("node:fs");

exports.activate = async () => {
  const results = process.env.SALVE_HOST_RESULTS;
  const tell = (result) => appendFileSync(results, `${JSON.stringify(result)}\n`);
  for (const [name, test] of Object.entries(require("./suite.js"))) {
    try {
      tell({ name, note: await test() });
    } catch (error) {
      tell({ name, error: String(error.stack ?? error) });
    }
  }
  tell({ done: true });
};
