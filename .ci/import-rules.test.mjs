import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importViolations } from "./depcruise.mjs";

/** One place per room, and what it may import: written down a second time, so that a slip in the table shows. */
const PLACES = {
  base: "lib/base/",
  protocol: "lib/protocol/",
  domain: "lib/domain/devices/",
  server: "lib/server/devices/",
  web: "lib/web/",
  client: "lib/client/live/",
  testing: "lib/testing/",
  ui: "components/ui/",
  charts: "components/charts/",
  components: "components/devices/",
  api: "app/api/v1/devices/",
  pages: "app/(console)/devices/",
  demo: "services/demo/",
  services: "services/worker/",
  agent: "device/agent/",
  simulator: "device/simulator/",
  e2e: "e2e/",
  bench: "bench/",
};
const MAY = {
  base: "",
  protocol: "base",
  domain: "base protocol",
  server: "base protocol domain",
  web: "base protocol domain server",
  client: "base protocol domain",
  testing: "base protocol domain server web services",
  ui: "base charts",
  charts: "base ui",
  components: "base protocol domain client ui charts",
  api: "web server domain",
  pages: "components ui charts client domain web",
  demo: "base protocol domain server agent simulator",
  services: "base protocol domain server demo",
  agent: "base protocol",
  simulator: "base protocol agent",
  e2e: "base protocol domain simulator testing",
  bench: "base protocol domain server services agent simulator testing e2e",
};
const rooms = Object.keys(PLACES);
const target = (room) => `${PLACES[room]}${room === "api" ? "target/route" : "target"}`;
const source = (from, to) => `${PLACES[from]}${from === "api" ? `to-${to}/route` : `to-${to}`}`;

/** Every other rule: the planted file, the import, and the rule that must name it. */
const PLANTED = [
  ["own-noun-component", "components/alerts/card.tsx", 'import "@/components/devices/target";'],
  ["other-noun-by-named-file", "lib/domain/alerts/rule.ts", 'import type { x } from "@/lib/domain/devices";'],
  ["prisma-only-in-server", "services/worker/rows.ts", 'import "@prisma/client";'],
  ["prisma-only-in-server", "lib/web/rows.ts", 'import type { Row } from "@/prisma/generated/client";'],
  ["pg-only-in-server", "services/broker/rows.ts", 'import type { Pool } from "pg";'],
  ["no-node-in-shared-code", "lib/domain/tokens/random.ts", 'import { randomBytes } from "node:crypto";'],
  ["no-node-in-shared-code", "components/devices/file.tsx", 'import fs from "fs";'],
  ["no-react-below-the-console", "lib/server/devices/view.ts", 'import type { ReactNode } from "react";'],
  ["no-react-below-the-console", "lib/domain/devices/box.ts", 'export { Box } from "@mantine/core";'],
  ["no-next-in-components", "components/devices/session.tsx", 'import { getServerSession } from "next-auth";'],
  ["no-test-code-in-product", "lib/server/devices/seed.ts", 'import { x } from "./seed.test";'],
  ["no-test-code-in-product", "services/worker/seed.ts", 'import { makeFleet } from "@/lib/testing/target";'],
  ["only-real-dependencies", "services/worker/check.ts", 'import "planted-dev";'],
  ["declared-packages", "lib/base/stray.ts", 'import "planted-undeclared";'],
  ["no-cycles", "lib/base/egg.ts", 'import "./hen";'],
  ["resolvable", "lib/base/lost.ts", 'import "@/lib/base/nowhere";'],
  ["room-domain-test", "lib/domain/devices/reach.test.ts", 'import "@/lib/server/devices/target";'],
  ["room-base-integration-test", "lib/base/reach.integration.test.ts", 'import "@/components/ui/target";'],
  ["room-protocol", "lib/protocol/types-too.ts", 'import type { x } from "@/lib/server/devices/target";'],
  ["room-protocol", "lib/protocol/later.ts", 'export const later = () => import("@/lib/server/devices/target");'],
  ["room-agent", "device/agent/again.ts", 'export * from "@/lib/server/devices/target";'],
  ["room-e2e", "e2e/reach.spec.ts", 'import "@/lib/server/devices/target";'],
  ["room-client", "lib/client/live/relative.ts", 'import "../../server/devices/target";'],
];
const ALLOWED = [
  ["lib/domain/alerts/named.ts", 'import type { x } from "@/lib/domain/devices/target";'],
  ["lib/server/devices/rows.ts", 'import "@prisma/client"; import "pg"; import "@/prisma/generated/client"; import "node:fs";'],
  ["lib/domain/devices/target.test.ts", 'import "@/lib/testing/target"; import "./target"; import "planted-dev";'],
  ["services/worker/all.integration.test.ts", 'import "@/lib/testing/target"; import "@/device/simulator/target"; import "pg";'],
  ["components/alerts/panel.tsx", 'import "react"; import { Box } from "@mantine/core"; import { useSession } from "next-auth/react";'],
  ["e2e/look.spec.ts", 'import "pg"; import "planted-dev";'],
];
const PACKAGES = ["pg", "@prisma/client", "react", "@mantine/core", "next-auth"];

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-imports-"));
const write = (file, text) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
};
let violations = [];
const rulesFor = (file) => violations.filter(({ from }) => from === file).map(({ rule }) => rule);
const withExtension = (from, to) => `${source(from, to)}.ts`;

beforeAll(async () => {
  const versions = (names) => Object.fromEntries(names.map((name) => [name, "1.0.0"]));
  write("package.json", JSON.stringify({ name: "planted", type: "module", dependencies: versions(PACKAGES), devDependencies: versions(["planted-dev"]) }));
  write("tsconfig.json", JSON.stringify({ compilerOptions: { moduleResolution: "bundler", module: "ESNext", paths: { "@/*": ["./*"] } } }));
  for (const name of [...PACKAGES, "planted-dev", "planted-undeclared"]) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
    write(`node_modules/${name}/index.js`, "");
  }
  write("node_modules/next-auth/react.js", "");
  write("prisma/generated/client.ts", "export type Row = 1;");
  write("lib/domain/devices/index.ts", "export type x = 1;");
  write("lib/server/devices/seed.test.ts", "export const x = 1;");
  write("lib/base/hen.ts", 'import "./egg";');
  for (const room of rooms) write(`${target(room)}.ts`, "export type x = 1;");
  for (const from of rooms) for (const to of rooms) if (from !== to) write(withExtension(from, to), `import "@/${target(to)}";`);
  for (const [, file, text] of PLANTED) write(file, text);
  for (const [file, text] of ALLOWED) write(file, text);
  violations = await importViolations(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(rooms)("%s imports what its line of the table names, and nothing else", (from) => {
  const refused = rooms.filter((to) => to !== from && rulesFor(withExtension(from, to)).length > 0);
  const expected = rooms.filter((to) => to !== from && !MAY[from].split(" ").includes(to));
  expect(refused).toEqual(expected);
  const group = from === "charts" ? "ui" : from;
  for (const to of expected) expect(rulesFor(withExtension(from, to))).toContain(`room-${group}`);
});

test.each(PLANTED)("%s catches %s", (rule, file) => {
  expect(rulesFor(file)).toContain(rule);
});

test.each(ALLOWED)("%s is fine", (file) => {
  expect(rulesFor(file)).toEqual([]);
});

test("every rule has a planted violation", async () => {
  const { default: config } = await import("../.dependency-cruiser.cjs");
  const general = config.forbidden.map(({ name }) => name).filter((name) => !name.startsWith("room-"));
  expect(general.filter((name) => !PLANTED.some(([rule]) => rule === name))).toEqual([]);
});
