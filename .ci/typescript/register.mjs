// TypeScript 7 has no JavaScript API, which dependency-cruiser parses with. For its process alone, `typescript` means the
// TypeScript 6 that ts-morph bundles (the npm package of 6 would take over the `tsc` command of 7).
import Module, { register } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const replace = (request) => (request === "typescript" ? `${folder}index.cjs` : request === "typescript/package.json" ? `${folder}package.json` : request);

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function resolve(request, ...rest) {
  return resolveFilename.call(this, replace(request), ...rest);
};

const hook = `export const resolve = (name, context, next) => next(name === "typescript" ? ${JSON.stringify(pathToFileURL(`${folder}index.cjs`).href)} : name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
