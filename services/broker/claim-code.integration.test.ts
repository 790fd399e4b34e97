import { afterAll, beforeAll, expect, test } from "vitest";
import { claimTopics } from "@/lib/protocol/claim";
import { newClaimCode } from "@/lib/protocol/claim-code";
import { type BrokerFleet, brokerFleet, openMqtt } from "@/lib/testing/broker-fleet";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { makeClaim, makeProfile } from "@/lib/testing/factories";
import { type TestBroker, testBroker } from "@/lib/testing/test-broker";

/** What somebody can do who has read a claim code off a label. */
let db: TestDatabase;
let broker: TestBroker;
let fleet: BrokerFleet;
let code: string;
const applicant = "a".repeat(43);
const other = "b".repeat(43);

beforeAll(async () => {
  db = await testDatabase();
  broker = await testBroker(db);
  fleet = await brokerFleet(db.database);
  const profile = await makeProfile(db.database, fleet.id);
  ({ code } = await makeClaim(db.database, fleet.id, { profileId: profile.id }));
});
afterAll(async () => {
  await broker.stop();
  await db.close();
});

/** A code that was made a moment ago is known a moment later. */
const connect = (username = applicant) => eventually(() => openMqtt(broker.port, { username, token: code, clientId: "" }));

async function subscribed(topic: string): Promise<number> {
  const raw = await connect();
  raw.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic, qos: 1 }] });
  const suback = await raw.next(({ cmd }) => cmd === "suback");
  raw.end();
  return suback.cmd === "suback" ? Number(suback.granted[0]) : -1;
}

test.each([
  ["#"],
  ["sp/v1/#"],
  ["sp/v1/claim/#"],
  ["sp/v1/claim/+/down"],
  [claimTopics.down(other)],
  [claimTopics.up(applicant)],
  ["sp/v1/+/+/presence"],
  ["sp/v1/+/live/#"],
])("subscribing to %s is refused", async (topic) => {
  expect(await subscribed(topic)).toBe(0x80);
});

test("its own answers may be heard", async () => {
  expect(await subscribed(claimTopics.down(applicant))).toBe(1);
});

test("publishing anywhere else ends the connection, and is in the record", async () => {
  const { username: device } = await fleet.device();
  const tries = [claimTopics.up(other), claimTopics.down(applicant), `sp/v1/${fleet.id}/${device}/up/telemetry`, `sp/v1/${fleet.id}/${device}/down/key`];
  for (const topic of tries) {
    const raw = await connect();
    raw.send({ cmd: "publish", topic, payload: Buffer.from("{}"), qos: 1, messageId: 1, dup: false, retain: false });
    await raw.closed;
  }
  await eventually(async () => {
    const refusals = await db.database.prisma.refusal.findMany({
      where: { fleetId: fleet.id, subject: applicant, action: "publish" },
      select: { topic: true },
    });
    expect(refusals.map(({ topic }) => topic).sort()).toEqual([...tries].sort());
  });
});

test("what it says on its own topic is handed to the worker before it is acknowledged, and to nobody else", async () => {
  const raw = await connect();
  raw.send({ cmd: "publish", topic: claimTopics.up(applicant), payload: Buffer.from('{"hello":{}}'), qos: 1, messageId: 7, dup: false, retain: false });
  await raw.next(({ cmd }) => cmd === "puback");
  raw.end();
  const rows = await db.database.prisma.outbox.findMany({ where: { kind: "claim.answer" } });
  expect(rows).toMatchObject([{ fleetId: fleet.id, payload: { applicant, message: Buffer.from('{"hello":{}}').toString("base64url") } }]);
});

test.each([
  ["no thumbprint as user name", "usr_1", ""],
  ["a client id of its own choice", applicant, "mine"],
])("%s is refused", async (_, username, clientId) => {
  await connect();
  await expect(openMqtt(broker.port, { username, token: code, clientId })).rejects.toThrow(/refused with [45]/);
});

test("another code is nobody", async () => {
  await expect(openMqtt(broker.port, { username: applicant, token: newClaimCode(), clientId: "" })).rejects.toThrow("refused with 4");
});
