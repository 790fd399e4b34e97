import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Granted } from "@/lib/domain/tokens/grant-answer";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import { topics } from "@/lib/protocol/topics";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { type TestBroker, testBroker } from "@/lib/testing/test-broker";
import { grantDeviceToken, grantToken, revokeToken } from "./index";

/** Debian's own clients at the product's own broker, with what the grant verb answered: what it says is what holds. */
let db: TestDatabase;
let broker: TestBroker;
let fleetId: string;
let device: { id: string; token: string };
beforeAll(async () => {
  db = await testDatabase();
  broker = await testBroker(db);
  fleetId = (await makeFleet(db.database)).id;
  const { id } = await makeDevice(db.database, fleetId);
  device = { id, token: (await grantDeviceToken(admin(), { deviceId: id })).token };
});
afterAll(async () => {
  await broker?.stop();
  await db?.close();
});
const admin = () => makeContext(db.database, { fleetId });

async function granted(permissions: GrantRequestInput["permissions"]): Promise<Granted> {
  const answer = await grantToken(admin(), { subject: { kind: "service", name: "bridge" }, ttl: 5, permissions });
  if (answer.outcome !== "granted") throw new Error(answer.outcome);
  return answer;
}

/** Runs to its end; `onOutput` hears what it has written so far. */
function run(command: string, login: { username: string; token: string; clientId?: string }, args: string[], onOutput: (text: string) => void = () => {}) {
  const connect = ["-h", "127.0.0.1", "-p", String(broker.port), "-V", "mqttv311", "-q", "1", "-u", login.username, "-P", login.token];
  // Line by line: it is waited for what the client says of its subscription.
  const child = spawn("stdbuf", ["-oL", command, ...connect, ...(login.clientId === undefined ? [] : ["-i", login.clientId]), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk;
      onOutput(output);
    });
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
const publish = (login: Parameters<typeof run>[1], topic: string, message = "{}") => run("mosquitto_pub", login, ["-t", topic, "-m", message]);

describe("a granted service", () => {
  test("reads what was granted, from a device that publishes", async () => {
    const reader = await granted({ resources: { devices: { [device.id]: { read: ["up/telemetry"] } } } });
    const topic = topics.up(fleetId, device.id, "telemetry");
    const sent: Promise<unknown>[] = [];
    const received = await run("mosquitto_sub", reader, ["-d", "-C", "1", "-W", "30", "-t", topic], (output) => {
      if (output.includes("SUBACK") && sent.length === 0) sent.push(publish({ username: device.id, token: device.token }, topic, '{"level": 4.5}'));
    });
    await Promise.all(sent);
    expect(received.output).toContain('{"level": 4.5}');
    expect(received.code).toBe(0);
  });

  test("is refused beyond it: wider, other branches, writing, another client id", async () => {
    const reader = await granted({ resources: { devices: { [device.id]: { read: ["up/telemetry"] } } } });
    for (const topic of [topics.telemetryOfAll(fleetId), topics.presence(fleetId, device.id), topics.upAll(fleetId, device.id), "#"]) {
      const refused = await run("mosquitto_sub", reader, ["-C", "1", "-W", "30", "-t", topic]);
      expect(refused.output, topic).toMatch(/All subscription requests were denied/);
    }
    expect((await publish(reader, `sp/v1/${fleetId}/${device.id}/down/state`)).code).not.toBe(0);
    expect((await publish(reader, topics.up(fleetId, device.id, "telemetry"))).code).not.toBe(0);
    expect((await publish({ ...reader, clientId: "mine" }, topics.presence(fleetId, device.id))).output).toMatch(
      /not authorised|identifier rejected|bad user/i,
    );
  });

  test("writes what was granted, and nothing once revoked", async () => {
    const writer = await granted({ resources: { devices: { [device.id]: { write: ["down/state"] } } } });
    const topic = `sp/v1/${fleetId}/${device.id}/down/state`;
    expect(await publish(writer, topic)).toMatchObject({ code: 0 });
    await revokeToken(admin(), { tokenId: writer.tokenId });
    expect((await publish(writer, topic)).code).not.toBe(0);
  });
});
