// One JSON-RPC request, answered by a fresh WebAssembly engine.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as glue from "@prisma/schema-engine-wasm/schema_engine_bg";
import { engineAdapter } from "./adapter.mjs";
import { dataLoss } from "./data-loss.mjs";
import { createDatabase, databaseName } from "./database.mjs";

let loaded = false;

function load() {
  if (loaded) return;
  const wasm = createRequire(import.meta.url)
    .resolve("@prisma/schema-engine-wasm/schema_engine_bg")
    .replace(/\.js$/, ".wasm");
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(wasm)), { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  loaded = true;
}

export function engineVersion() {
  load();
  return glue.version();
}

/** `context`: { datasource: { url, shadowDatabaseUrl? }, datamodels?, print(text) }. */
export async function answer(method, params, context) {
  if (method === "createDatabase") return makeDatabase(params, context);
  if (method === "evaluateDataLoss") return dataLoss(await nextMigration(params, context));
  if (method === "createMigration") return createMigration(params, context);
  if (method === "getDatabaseVersion") return (await engine(context)).version(params);
  const target = await engine(context);
  if (typeof target[method] !== "function") throw new Error(`The schema engine has no method ${method}.`);
  const result = await target[method](params);
  if (method !== "diff") return result;
  // The CLI takes the text of a diff by `print` and only the exit code as the answer.
  if (result.stdout) context.print(result.stdout);
  return { exitCode: result.exitCode, stdout: null };
}

async function engine({ datasource, datamodels }) {
  load();
  // Offline work (`migrate diff` between two schema files) needs no server; the engine connects only when it must.
  const adapter = engineAdapter(datasource.url ?? "postgresql://localhost:5432/postgres", datasource.shadowDatabaseUrl);
  return glue.SchemaEngine.new({ datamodels }, () => {}, adapter);
}

async function makeDatabase(params, context) {
  const url = params?.datasource?.url ?? context.datasource.url;
  await createDatabase(url);
  return { databaseName: databaseName(url) };
}

/** SQL from the state after all migrations to the schema. The engine's own evaluateDataLoss finds no shadow database. */
async function nextMigration({ migrationsList, schema, filters }, context) {
  const diff = await (await engine(context)).diff({
    from: { tag: "migrations", ...migrationsList },
    to: { tag: "schemaDatamodel", ...schema },
    script: true,
    exitCode: null,
    filters,
  });
  const script = diff.stdout ?? "";
  return script.trim() === "-- This is an empty migration." ? "" : script;
}

async function createMigration(params, context) {
  const script = await nextMigration(params, context);
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const name = params.migrationName
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "_")
    .slice(0, 200);
  return {
    connectorType: "postgresql",
    extension: "sql",
    generatedMigrationName: name ? `${stamp}_${name}` : `${stamp}_`,
    migrationScript: script === "" && !params.draft ? null : script || "-- This is an empty migration.",
  };
}
