import { newId } from "@/lib/base/ids";
import { createBatchInputSchema, type NewBatch } from "@/lib/domain/claims/batch-view";
import { newClaimCode, spellClaimCode } from "@/lib/protocol/claim-code";
import { brokerAddress } from "../devices/connection";
import { profileNamed, siteNamed } from "../devices/place-device";
import { deviceLifetime } from "../tokens/index";
import { writeVerb } from "../verb";
import { batchViews } from "./batch-views";
import { claimDigest } from "./claim-directory";

/** Makes many claim codes of one use each, for labels. They are told here and never again: only their digests are kept. */
export const createBatch = writeVerb({
  permission: "claims:write",
  input: createBatchInputSchema,
  async run(ctx, { name, site, profile, count, serials, minutes, approval, tokenDays }): Promise<NewBatch> {
    const { tx, fleetId, now } = ctx;
    const batchId = newId("claimBatch");
    const codes = Array.from({ length: count ?? serials.length }, (_, index) => ({
      claimId: newId("claim"),
      number: index + 1,
      code: newClaimCode(),
      serial: serials[index] ?? null,
    }));
    const shared = {
      fleetId,
      batchId,
      siteId: site === undefined ? null : await siteNamed(ctx, site),
      profileId: await profileNamed(ctx, profile),
      approval,
      useLimit: 1,
      tokenDays: Math.floor((await deviceLifetime(tx, fleetId, tokenDays, "tokenDays")) / 86_400) || 1,
      expiresAt: new Date(now.getTime() + minutes * 60_000),
      createdAt: now,
      createdBy: ctx.actor.name,
    };
    await tx.claimBatch.create({
      data: { id: batchId, fleetId, name, codes: codes.length, createdAt: now, createdBy: ctx.actor.name, expiresAt: shared.expiresAt },
    });
    await tx.claim.createMany({
      data: codes.map(({ claimId, number, code, serial }) => ({
        ...shared,
        id: claimId,
        number,
        name: `${name} ${number}`,
        digest: claimDigest(code),
        hint: code.slice(-4),
        serialCount: serial === null ? 0 : 1,
      })),
    });
    const listed = codes.flatMap(({ claimId, serial }) => (serial === null ? [] : [{ claimId, serial }]));
    if (listed.length > 0) await tx.claimSerial.createMany({ data: listed });
    const after = { name, site, profile, codes: codes.length, serials: listed.length, approval, expiresAt: shared.expiresAt.toISOString() };
    await ctx.audit({ action: "claim_batch.created", objectKind: "claimBatch", objectId: batchId, after });
    const [batch] = await batchViews({ db: tx, fleetId, now }, { id: batchId });
    if (!batch) throw new Error("The batch that was just made is not there.");
    const { name: fleet } = await tx.fleet.findUniqueOrThrow({ where: { id: fleetId }, select: { name: true } });
    return { batch, codes: codes.map((one) => ({ ...one, code: spellClaimCode(one.code) })), fleet, ...brokerAddress(ctx.env) };
  },
});
