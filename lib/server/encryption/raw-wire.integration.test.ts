import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createAgent } from "@/device/agent";
import { type EncryptionStage, encryptionStage } from "@/lib/testing/encryption-stage";
import { eventually } from "@/lib/testing/eventually";
import { everySpelling } from "@/lib/testing/every-spelling";
import { storedReadings } from "@/lib/testing/stored-readings";
import { addAlertRule } from "../alerts";
import { getRotation } from "./get-rotation";
import { rotateKeys } from "./rotate-keys";

let stage: EncryptionStage;
beforeAll(async () => {
  stage = await encryptionStage();
});
afterAll(() => stage?.close());

test("a whole run, heard with all rights: keys, telemetry, an alert on a value, summaries, a rotation; no name and no value of a measurement", async () => {
  const device = await stage.device("required");
  const { heard, client } = await stage.eavesdropper();
  const bufferDir = mkdtempSync(path.join(tmpdir(), "sp-wire-"));
  onTestFinished(() => rmSync(bufferDir, { recursive: true, force: true }));
  const agent = createAgent({
    host: "127.0.0.1",
    port: stage.port,
    fleet: device.fleetId,
    device: device.id,
    token: device.token,
    bufferDir,
    encryption: "required",
  });
  onTestFinished(() => agent.stop());
  await addAlertRule(stage.context, {
    kind: "threshold",
    name: "Too much",
    metric: "canary_pressure",
    comparison: "above",
    threshold: 7_000_000,
    holdSeconds: 0,
  });
  const values = Array.from({ length: 12 }, (_, index) => 7_654_321.25 + index);
  for (const value of values.slice(0, 6)) await agent.report({ canary_pressure: { value, unit: "canary_unit" } });
  await eventually(async () => expect((await storedReadings(stage.db.database)).length).toBe(6));
  await eventually(async () =>
    expect(await stage.db.database.prisma.alert.findFirst({})).toMatchObject({ state: "firing", detail: expect.stringContaining("canary_pressure") }),
  );
  const { rotationId } = await rotateKeys(stage.context, { reason: "on the wire" });
  await eventually(() => expect(agent.status().keyVersion).toBe(2));
  for (const value of values.slice(6)) await agent.report({ canary_pressure: { value, unit: "canary_unit" } });
  await eventually(async () => expect((await storedReadings(stage.db.database)).map(({ value }) => value).sort()).toEqual(values));
  await eventually(async () => expect(await getRotation(stage.context, { rotationId })).toMatchObject({ state: "finished", usedOnWire: 1 }));

  const kinds = () => new Set(heard.map(({ topic }) => topic.split("/").slice(-2).join("/")));
  // What devices say on `up/key` is taken by the broker and passed on to nobody.
  const expected = ["up/telemetry", "down/key", "live/summary", "live/events", "live/alerts"];
  await eventually(() => expect([...kinds()]).toEqual(expect.arrayContaining(expected)));
  // Later subscribers get what is retained.
  const retained = await stage.eavesdropper();
  await eventually(() => expect(retained.heard.length).toBeGreaterThan(0));
  await client.endAsync();
  const keys = await stage.db.database.prisma.contentKey.findMany({ where: { deviceId: device.id } });
  const secrets = keys.flatMap(({ keyWrapped }) => {
    const key = stage.context.secrets.unwrap(keyWrapped ?? new Uint8Array());
    return [key.toString("latin1"), key.toString("base64url"), key.toString("hex")];
  });
  const telling = /canary|76543[0-9]{2}(\.25)?/;
  // The search finds what it looks for: the same in base64 within another text.
  expect(everySpelling(`x.${Buffer.from("a canary").toString("base64url")}.y`)).toMatch(telling);
  for (const { topic, payload } of [...heard, ...retained.heard]) {
    const all = `${topic}\n${everySpelling(payload.toString("latin1"))}`;
    expect(all, topic).not.toMatch(telling);
    for (const secret of secrets) expect(all, topic).not.toContain(secret);
  }
  expect(keys).toHaveLength(2);
  expect(heard.length).toBeGreaterThan(20);
});
