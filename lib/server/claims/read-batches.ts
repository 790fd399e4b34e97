import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { claimState } from "@/lib/domain/claims/admission";
import type { BatchDetail, BatchView } from "@/lib/domain/claims/batch-view";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { type Page, readVerb, writeVerb } from "../verb";
import { batchViews } from "./batch-views";

/** Batches of codes, newest first. */
export const listBatches = readVerb({
  permission: "claims:read",
  input: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20), cursor: z.string().max(500).optional() }),
  async run({ database, fleetId, clock }, { limit, cursor }): Promise<Page<BatchView>> {
    const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, {}, [z.iso.datetime(), z.string().max(64)]);
    const after = at === undefined || id === undefined ? {} : { after: { at: new Date(at), id } };
    const [rows, total] = await Promise.all([
      batchViews({ db: database.prisma, fleetId, now: clock.now() }, { limit: limit + 1, ...after }),
      database.prisma.claimBatch.count({ where: { fleetId } }),
    ]);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({}, [last.createdAt, last.id]) : null, total };
  },
});

/** One batch with its codes by number, and what became of each. */
export const getBatch = readVerb({
  permission: "claims:read",
  input: z.object({ batchId: z.string().max(64) }),
  async run({ database: { prisma }, fleetId, clock }, { batchId }): Promise<BatchDetail> {
    const now = clock.now();
    const [batch] = await batchViews({ db: prisma, fleetId, now }, { id: batchId });
    if (!batch) throw notFound("batch");
    const claims = await prisma.claim.findMany({
      where: { batchId, fleetId },
      orderBy: { number: "asc" },
      include: { serials: true, enrolments: { where: { state: { not: "denied" } }, select: { device: { select: { id: true, name: true } } }, take: 1 } },
    });
    const [first] = claims;
    const [site, profile] = await Promise.all([
      first?.siteId ? prisma.site.findUnique({ where: { id: first.siteId }, select: { name: true } }) : null,
      first ? prisma.profile.findUnique({ where: { id: first.profileId }, select: { name: true } }) : null,
    ]);
    const items = claims.map((claim) => ({
      claimId: claim.id,
      number: claim.number ?? 0,
      hint: claim.hint,
      serial: claim.serials[0]?.serial ?? null,
      state: claimState(claim, now),
      device: claim.enrolments[0]?.device ?? null,
    }));
    return { ...batch, site: site?.name ?? null, profile: profile?.name ?? "", items };
  },
});

/** None of its codes lets anybody in any more; those that were used stay as they are, and so do their devices. */
export const revokeBatch = writeVerb({
  permission: "claims:write",
  input: z.object({ batchId: z.string().max(64) }),
  async run({ tx, fleetId, now, actor, audit }, { batchId }): Promise<{ batchId: string; revoked: number }> {
    if ((await tx.claimBatch.count({ where: { id: batchId, fleetId } })) === 0) throw notFound("batch");
    const open = { batchId, fleetId, revokedAt: null, used: 0 };
    const { count } = await tx.claim.updateMany({ where: open, data: { revokedAt: now, revokedBy: actor.name } });
    if (count > 0) await audit({ action: "claim_batch.revoked", objectKind: "claimBatch", objectId: batchId, after: { codes: count } });
    return { batchId, revoked: count };
  },
});
