import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { readText, root } from "./files.mjs";

const manifestOf = (name) => JSON.parse(readText(`node_modules/${name}/package.json`));
const versionOf = (name) => manifestOf(name).version;
const parts = (version) => version.split("-")[0].split(".").map(Number);
const atLeast = (version, floor) => {
  const [a, b] = [parts(version), parts(floor)];
  const index = a.findIndex((part, i) => part !== b[i]);
  return index < 0 || a[index] > b[index];
};

// Below these stand security releases (SECURITY.md names them).
test.each([
  ["next", "16.2.6"],
  ["react", "19.2.6"],
  ["react-dom", "19.2.6"],
  ["next-auth", "4.24.15"],
  ["aedes", "1.2.0"],
])("%s is at least %s", (name, floor) => {
  const version = versionOf(name);
  expect(atLeast(version, floor), `${name} ${version} is below ${floor}`).toBe(true);
});

test("the comparison can fail", () => {
  expect(atLeast("16.2.5", "16.2.6")).toBe(false);
  expect(atLeast("15.9.9", "16.2.6")).toBe(false);
  expect(atLeast("16.10.0", "16.2.6")).toBe(true);
});

// Another commit of the engine may plan other SQL than the one that `prisma` expects.
test("the WebAssembly schema engine is the engine that prisma names", () => {
  const engine = manifestOf("@prisma/engines-version").prisma.enginesVersion;
  expect(engine).toMatch(/^[0-9a-f]{40}$/);
  expect(versionOf("@prisma/schema-engine-wasm")).toContain(engine);
  for (const name of ["@prisma/client", "@prisma/adapter-pg"]) expect(versionOf(name)).toBe(versionOf("prisma"));
});

// Another package that brings a `tsc` would take the command over in silence.
test("`tsc` is the TypeScript that package.json names", () => {
  expect(versionOf("typescript")).toBe(JSON.parse(readText("package.json")).dependencies.typescript);
  expect(execFileSync("node_modules/.bin/tsc", ["--version"], { cwd: root, encoding: "utf8" }).trim()).toBe(`Version ${versionOf("typescript")}`);
});
