import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { storedReadings } from "@/lib/testing/stored-readings";
import { grantedDevices, type TestBroker, testBroker } from "@/lib/testing/test-broker";

/** The examples as a person runs them, against the real broker. */
let db: TestDatabase;
let broker: TestBroker;
beforeAll(async () => {
  db = await testDatabase();
  broker = await testBroker(db);
});
afterAll(async () => {
  await broker.stop();
  await db.close();
});

const run = promisify(execFile);

async function example(command: string, args: string[], options: { token?: string } = {}) {
  const [device] = await grantedDevices(db, 1);
  if (!device) throw new Error("no device");
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-example-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const tokenFile = path.join(folder, "token");
  writeFileSync(tokenFile, `${options.token ?? device.token}\n`, { mode: 0o600 });
  const env = {
    ...process.env,
    SALLYPORT_HOST: "127.0.0.1",
    SALLYPORT_PORT: String(broker.port),
    SALLYPORT_FLEET: device.fleetId,
    SALLYPORT_DEVICE: device.id,
    SALLYPORT_TOKEN_FILE: tokenFile,
    SALLYPORT_COUNT: "3",
  };
  const ended = await run(command, args, { env, timeout: 40_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  const stored = (await storedReadings(db.database)).filter((row) => row.device === device.id);
  return { ...ended, stored };
}

/** Debian's packages: mosquitto-clients, python3-paho-mqtt. A machine without them cannot run these two. */
function runs(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch (error) {
    // mosquitto_pub --help ends with 1, which says that it is there.
    return (error as NodeJS.ErrnoException).code !== "ENOENT" && command === "mosquitto_pub";
  }
}
const pythons = ["python3", "/usr/bin/python3"];
const python = pythons.find((one) => runs(one, "-c", "import paho.mqtt.client"));
const hasMosquitto = runs("mosquitto_pub", "--help");

test("node.mjs: three messages, each acknowledged and stored", async () => {
  const { code, stored, stdout, stderr } = await example(process.execPath, ["device/examples/node.mjs"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stored.filter(({ metric }) => metric === "temperature").map(({ value }) => value)).toEqual([21.4, 22.4, 23.4]);
  expect(stored.filter(({ metric }) => metric === "pressure")).toHaveLength(3);
  expect(stdout.match(/stored \d+/g)).toHaveLength(3);
});

test("node.mjs with a wrong token: refused, and says what to do", async () => {
  const { code, stderr, stored } = await example(process.execPath, ["device/examples/node.mjs"], { token: "wrong" });
  expect(code).toBe(1);
  expect(stderr).toMatch(/refused: .*grant a new one/);
  expect(stored).toEqual([]);
});

test.skipIf(!python)(`python_paho.py${python ? "" : " (skipped: apt install python3-paho-mqtt)"}`, async () => {
  const { code, stored, stderr } = await example(python ?? "python3", ["device/examples/python_paho.py"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stored.filter(({ metric }) => metric === "temperature").map(({ value }) => value)).toEqual([21.4, 22.4, 23.4]);
  expect(await example(python ?? "python3", ["device/examples/python_paho.py"], { token: "wrong" })).toMatchObject({ code: 1, stored: [] });
});

test.skipIf(!hasMosquitto)(`mosquitto_pub.sh${hasMosquitto ? "" : " (skipped: apt install mosquitto-clients)"}`, async () => {
  const { code, stored } = await example("sh", ["device/examples/mosquitto_pub.sh", "flow", "12.5"]);
  expect(code).toBe(0);
  expect(stored).toMatchObject([{ metric: "flow", value: 12.5 }]);
  const refused = await example("sh", ["device/examples/mosquitto_pub.sh"], { token: "wrong" });
  expect(refused.code).not.toBe(0);
  expect(refused.stored).toEqual([]);
});
