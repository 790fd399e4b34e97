import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Duplex } from "node:stream";
import { Aedes } from "aedes";
import { expect, test } from "vitest";

const resolve = createRequire(import.meta.url).resolve;
/** Floors of reliability: below them an advisory is open that we rely on being fixed. */
const FLOORS = { aedes: "1.2.0", ws: "8.18.0", "mqtt-packet": "9.0.2", mqtt: "5.13.0" };

test.each(Object.entries(FLOORS))("%s is at least %s", (name, floor) => {
  let folder = resolve(name);
  while (!folder.endsWith(`node_modules/${name}`)) folder = folder.slice(0, folder.lastIndexOf("/"));
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  expect(version.localeCompare(floor, "en", { numeric: true })).toBeGreaterThanOrEqual(0);
});

test("what we rely on inside aedes is still there", async () => {
  const broker = await Aedes.createBroker();
  const network = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const client = broker.handle(network) as unknown as Record<string, unknown>;
  expect(client.conn).toBe(network);
  expect(client.subscriptions).toEqual({});
  expect(client.duplicates).toEqual({});
  expect(client.will).toBeNull();
  expect(client._nextId).toBeTypeOf("number");
  network.destroy();
  await new Promise<void>((done) => broker.close(() => done()));
});
