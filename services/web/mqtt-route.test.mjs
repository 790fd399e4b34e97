import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { mqttDestination, pointRoutes } from "./mqtt-route.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-routes-"));
const file = path.join(folder, "routes-manifest.json");
afterAll(() => rmSync(folder, { recursive: true }));

test("the destination is the broker of this start", () => {
  expect(mqttDestination({})).toBe("http://127.0.0.1:8083/mqtt");
  expect(mqttDestination({ MQTT_WS_HOST: "0.0.0.0", MQTT_WS_PORT: "9001" })).toBe("http://127.0.0.1:9001/mqtt");
  expect(mqttDestination({ MQTT_WS_HOST: "::1", MQTT_WS_PORT: "9001" })).toBe("http://[::1]:9001/mqtt");
});

test("a build made for another port is pointed to the present one, everything else stays", () => {
  for (const rewrites of [[{ source: "/mqtt", destination: "old" }], { beforeFiles: [{ source: "/mqtt", destination: "old" }], afterFiles: [] }]) {
    writeFileSync(file, JSON.stringify({ version: 3, rewrites }));
    pointRoutes(folder, "http://127.0.0.1:9001/mqtt");
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify({ version: 3, rewrites }).replace("old", "http://127.0.0.1:9001/mqtt")));
  }
});

test("a build without the route is refused, not started half", () => {
  writeFileSync(file, JSON.stringify({ rewrites: [] }));
  expect(() => pointRoutes(folder, "x")).toThrow("build again");
});
