import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import type { ClaimRefusal } from "@/lib/protocol/claim";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeClaim, makeFleet, makeProfile } from "@/lib/testing/factories";
import { drainOutbox } from "../outbox/index";
import { judgeClaims } from "./judge-misuse";
import { queueClaimDeliveries } from "./queue-claim-deliveries";
import { getClaim, listClaims } from "./read-claims";

let db: TestDatabase;
let clock: FakeClock;
let fleetId: string;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db?.close());
beforeEach(async () => {
  clock = fakeClock(new Date("2026-11-28T12:00:00Z"));
  fleetId = (await makeFleet(db.database)).id;
});

const claimOf = async () => makeClaim(db.database, fleetId, { profileId: (await makeProfile(db.database, fleetId)).id });
const refuse = (claimId: string, code: ClaimRefusal, thumbprint: string) =>
  db.database.prisma.claimRefused.create({ data: { claimId, thumbprint, code, firstAt: clock.now(), lastAt: clock.now() } });
const look = () => judgeClaims({ database: db.database, clock });
const ctx = (of = fleetId) => makeContext(db.database, { fleetId: of, clock });
const misuse = async (claimId: string) => (await getClaim(ctx(), { claimId })).misuse.map(({ kind, endedAt }) => `${kind}${endedAt ? " ended" : ""}`);

test("a code that others try after it was used up: found once, told once, over after a day", async () => {
  const channelId = newId("channel");
  await db.database.prisma.channel.create({ data: { id: channelId, fleetId, name: "pager", url: "https://example.com", secretWrapped: Buffer.from("x") } });
  const { id } = await claimOf();
  for (const applicant of ["a", "b"]) await refuse(id, "already_claimed", applicant);
  await look();
  expect(await misuse(id)).toEqual([]);
  await refuse(id, "already_claimed", "c");
  await look();
  await look();
  expect(await misuse(id)).toEqual(["after_used_up"]);
  expect((await listClaims(ctx(), {})).items).toMatchObject([{ id, misused: true }]);
  const step = { database: db.database, clock, log: createLog("test", "silent") };
  for (let again = 0; again < 2; again++) await drainOutbox(step, { "claim.notify": queueClaimDeliveries(step) });
  expect(await db.database.prisma.delivery.findMany({ where: { channelId } })).toMatchObject([
    { event: "claim.misused", body: { type: "claim.misused", data: { fleet: { id: fleetId }, claim: { id, kind: "after_used_up" } } } },
  ]);
  clock.advance(25 * 3_600_000);
  await look();
  expect(await misuse(id)).toEqual(["after_used_up ended"]);
  await refuse(id, "revoked", "d");
  await look();
  expect(await misuse(id)).toEqual(["after_revocation", "after_used_up ended"]);
});

test("addresses are those of its sessions; another fleet's claims are not shown", async () => {
  const { id } = await claimOf();
  await db.database.prisma.claim.update({ where: { id }, data: { useLimit: 1 } });
  const run = await db.database.prisma.brokerRun.create({ data: { node: "test" } });
  for (let index = 0; index < 5; index++)
    await db.database.prisma.session.create({
      data: {
        number: BigInt(900_000 + index),
        fleetId,
        subjectKind: "service",
        subject: `applicant ${index}`,
        clientId: `c${index}`,
        tokenId: id,
        transport: "tcp",
        address: `192.0.2.${index}`,
        keepAliveSeconds: 30,
        connectedAt: clock.now(),
        brokerRunId: run.id,
      },
    });
  await refuse(id, "expired", "a");
  await look();
  expect(await misuse(id)).toEqual(["many_addresses"]);
  const { id: other } = await makeFleet(db.database);
  await expect(getClaim(ctx(other), { claimId: id })).rejects.toMatchObject({ code: "not_found" });
});
