// What `npm start`, `npm run dev`, `npm run demo` and `npm run build` start. An old Node is told so before it meets TypeScript.
import { nodeProblem } from "./node-version.mjs";

const problem = nodeProblem(process.versions.node);
if (problem) {
  process.stderr.write(`\n${problem}\nInstall a newer Node: https://nodejs.org\n`);
  process.exit(1);
}
const { register } = await import("tsx/esm/api");
register();
await import(process.argv[2] === "build" ? "./build.ts" : "./main.ts");
