#!/usr/bin/env node
// Stands in for Prisma's native schema engine, which the CLI would download: the same engine, from npm, as WebAssembly.
// The CLI finds it by PRISMA_SCHEMA_ENGINE_BINARY (prisma.config.ts). README.md beside this file says how it is called.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { connectionProblem, createDatabase, dropDatabase, tryConnection } from "./database.mjs";
import { answer, engineVersion } from "./engine.mjs";

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: { datamodels: { type: "string", multiple: true }, datasource: { type: "string" } },
});

if (values.version) {
  process.stdout.write(`schema-engine-cli ${engineVersion()}\n`);
} else {
  const datasource = JSON.parse(typeof values.datasource === "string" ? values.datasource : "{}");
  if (positionals[0] === "cli") await runCommand(positionals[1], datasource.url);
  else serve(datasource, readDatamodels(values.datamodels));
}

function readDatamodels(files) {
  return Array.isArray(files) ? files.map((file) => [String(file), readFileSync(String(file), "utf8")]) : undefined;
}

/** `cli can-connect-to-database` and so on. A failure is exit 1 and two lines: the CLI throws the first one away. */
async function runCommand(command, url) {
  try {
    if (command === "can-connect-to-database") await tryConnection(url);
    else if (command === "create-database") await createDatabase(url);
    else if (command === "drop-database") await dropDatabase(url);
    else throw new Error(`unknown command: ${command}`);
  } catch (error) {
    const { code, message } = connectionProblem(error, url);
    const line = (level, fields) => `${JSON.stringify({ timestamp: new Date().toISOString(), level, target: "schema_engine::logger", fields })}\n`;
    process.stderr.write(line("INFO", { message: `schema engine: ${command}` }) + line("ERROR", { message, error_code: code, is_panic: false }));
    process.exitCode = 1;
  }
}

/** Newline-separated JSON-RPC 2.0 on stdin and stdout, one request after the other, until stdin ends. */
function serve(datasource, datamodels) {
  let turn = Promise.resolve();
  let printed = 0;
  const write = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const print = (content) => write({ id: `print-${++printed}`, method: "print", params: { content } });
  createInterface({ input: process.stdin }).on("line", (line) => {
    const request = JSON.parse(line);
    // Answers to our own `print` requests carry no method.
    if (!request.method) return;
    turn = turn.then(async () => {
      try {
        write({ id: request.id, result: (await answer(request.method, request.params, { datasource, datamodels, print })) ?? null });
      } catch (error) {
        const { code, message } = connectionProblem(error, datasource.url);
        write({
          id: request.id,
          error: { code: 4466, message: "An error happened. Check the data field for details.", data: { is_panic: false, message, error_code: code } },
        });
      }
    });
  });
}
