import { afterAll, beforeAll, expect, test } from "vitest";
import { runClaim } from "@/device/agent/claim/run-claim";
import { CLAIM_REFUSALS } from "@/lib/protocol/claim";
import { readClaimCode } from "@/lib/protocol/claim-code";
import { type ClaimStage, claimStage } from "@/lib/testing/claim-stage";
import { makeContext } from "@/lib/testing/context";
import { eventually } from "@/lib/testing/eventually";
import { makeFleet, makeProfile } from "@/lib/testing/factories";
import { createBatch } from "./create-batch";
import { getBatch, listBatches, revokeBatch } from "./read-batches";
import { getClaim, listClaims } from "./read-claims";

let stage: ClaimStage;
beforeAll(async () => {
  stage = await claimStage();
});
afterAll(() => stage?.close());

const silent = { info() {}, warn() {}, error() {} };
const claimWith = (code: string, serial?: string) =>
  runClaim({ host: "127.0.0.1", port: stage.port, code: readClaimCode(code) ?? "", folder: stage.folder(), serial, log: silent });
const refusal = (running: Promise<unknown>) => running.catch((error: unknown) => (error instanceof Error ? error.message : ""));

test("each label lets one device in, told its name and number; what is revoked lets nobody in", async () => {
  const { batch, codes, fleet } = await createBatch(stage.context, { name: "Pumps", count: 3, site: "Harbour" });
  expect(batch).toMatchObject({ codes: 3, open: 3, used: 0, revoked: 0 });
  expect(fleet).not.toBe("");
  expect(new Set(codes.map(({ code }) => code)).size).toBe(3);
  const [first, second] = codes;
  expect((await claimWith(first?.code ?? "")).given.name).toBe("Pumps 1");
  expect(await refusal(claimWith(first?.code ?? ""))).toContain(CLAIM_REFUSALS.already_claimed);
  expect(await revokeBatch(stage.context, { batchId: batch.id })).toEqual({ batchId: batch.id, revoked: 2 });
  expect(await refusal(claimWith(second?.code ?? ""))).toContain(CLAIM_REFUSALS.revoked);
  const seen = await getBatch(stage.context, { batchId: batch.id });
  expect(seen).toMatchObject({ open: 0, used: 1, revoked: 2, site: "Harbour" });
  expect(seen.items.map(({ number, state, device }) => [number, state, device?.name ?? null])).toEqual([
    [1, "used_up", "Pumps 1"],
    [2, "revoked", null],
    [3, "revoked", null],
  ]);
  // Nothing but digests is kept, and a batch is one line of its own list.
  const { prisma } = stage.db.database;
  const kept = JSON.stringify(await prisma.claim.findMany({ where: { batchId: batch.id } }));
  for (const { code } of codes) expect(kept).not.toContain(code.replaceAll("-", ""));
  expect((await listClaims(stage.context, {})).items.map(({ batchId }) => batchId)).not.toContain(batch.id);
  expect((await listBatches(stage.context, {})).items[0]).toMatchObject({ id: batch.id, used: 1 });
  expect(await getClaim(stage.context, { claimId: codes[0]?.claimId ?? "" })).toMatchObject({ batchId: batch.id, number: 1, funnel: { made: 1 } });
});

test("with serial numbers, each code takes the device that it was printed for", async () => {
  const { codes } = await createBatch(stage.context, { name: "Meters", serials: ["A-1", "A-2"] });
  expect(codes.map(({ number, serial }) => [number, serial])).toEqual([
    [1, "A-1"],
    [2, "A-2"],
  ]);
  expect(await refusal(claimWith(codes[0]?.code ?? "", "A-2"))).toContain(CLAIM_REFUSALS.serial_not_allowed);
  expect((await claimWith(codes[1]?.code ?? "", "A-2")).given.name).toBe("A-2");
});

test("a thousand at once are known to the broker", async () => {
  const { codes } = await createBatch(stage.context, { name: "Many", count: 1_000 });
  const last = codes.at(-1);
  await eventually(async () => expect((await claimWith(last?.code ?? "")).given.name).toBe("Many 1000"));
});

test("another fleet's batch does not exist; viewers make none; how many, or which, but not both", async () => {
  const { batch } = await createBatch(stage.context, { name: "Ours", count: 1 });
  const { id: fleetId } = await makeFleet(stage.db.database);
  await makeProfile(stage.db.database, fleetId);
  const stranger = makeContext(stage.db.database, { fleetId });
  await expect(getBatch(stranger, { batchId: batch.id })).rejects.toMatchObject({ code: "not_found" });
  await expect(revokeBatch(stranger, { batchId: batch.id })).rejects.toMatchObject({ code: "not_found" });
  expect((await listBatches(stranger, {})).items).toEqual([]);
  const viewer = makeContext(stage.db.database, { fleetId: stage.fleetId, role: "viewer" });
  await expect(createBatch(viewer, { name: "x", count: 1 })).rejects.toMatchObject({ code: "forbidden" });
  await expect(createBatch(stage.context, { name: "x" })).rejects.toMatchObject({ code: "invalid_input" });
  await expect(createBatch(stage.context, { name: "x", count: 2, serials: ["a"] })).rejects.toMatchObject({ code: "invalid_input" });
  await expect(createBatch(stage.context, { name: "x", serials: ["a", "a"] })).rejects.toMatchObject({ code: "invalid_input" });
});
