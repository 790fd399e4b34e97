import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import type { ClaimDetail, ClaimRefusedView, ClaimView } from "@/lib/domain/claims/claim-view";
import { MISUSE_KINDS } from "@/lib/domain/claims/misuse";
import { CLAIM_REFUSAL_CODES, CLAIM_REFUSALS, fingerprintOf } from "@/lib/protocol/claim";
import { readClaimLink } from "@/lib/protocol/claim-code";
import type { Database } from "../database/client";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { type Page, readVerb } from "../verb";
import { claimDigest } from "./claim-directory";
import { claimFunnel } from "./claim-funnel";
import { claimViews } from "./claim-views";

/** Claims, newest first; not those of batches. */
export const listClaims = readVerb({
  permission: "claims:read",
  input: z.object({ limit: z.coerce.number().int().min(1).max(100).default(50), cursor: z.string().max(500).optional() }),
  async run({ database, fleetId, clock }, { limit, cursor }): Promise<Page<ClaimView>> {
    const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, {}, [z.iso.datetime(), z.string().max(64)]);
    const after = at === undefined || id === undefined ? {} : { after: { at: new Date(at), id } };
    const [rows, total] = await Promise.all([
      claimViews({ db: database.prisma, fleetId, now: clock.now() }, { limit: limit + 1, ...after }),
      database.prisma.claim.count({ where: { fleetId, batchId: null } }),
    ]);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({}, [last.createdAt, last.id]) : null, total };
  },
});

const REFUSED_AT_MOST = 100;

/** One claim, with what it refused, newest first. */
export const getClaim = readVerb({
  permission: "claims:read",
  input: z.object({ claimId: z.string().max(64) }),
  async run({ database, fleetId, clock }, { claimId }): Promise<ClaimDetail> {
    const [claim] = await claimViews({ db: database.prisma, fleetId, now: clock.now() }, { id: claimId });
    if (!claim) throw notFound("claim");
    const rows = await database.prisma.claimRefused.findMany({ where: { claimId }, orderBy: { lastAt: "desc" }, take: REFUSED_AT_MOST });
    const refused: ClaimRefusedView[] = rows.flatMap(({ thumbprint, serial, count, firstAt, lastAt, ...row }) => {
      const code = CLAIM_REFUSAL_CODES.find((one) => one === row.code);
      if (!code) return [];
      const view = { fingerprint: fingerprintOf(thumbprint), serial, code, message: CLAIM_REFUSALS[code], count };
      return [{ ...view, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() }];
    });
    const funnel = await claimFunnel(database, claimId, { made: claim.useLimit, now: clock.now() });
    return { ...claim, refused, funnel, misuse: await misuseOf(database, claimId) };
  },
});

async function misuseOf({ prisma }: Database, claimId: string): Promise<ClaimDetail["misuse"]> {
  const rows = await prisma.claimMisuse.findMany({ where: { claimId }, orderBy: [{ endedAt: { sort: "desc", nulls: "first" } }, { id: "desc" }], take: 20 });
  return rows.flatMap(({ kind: text, evidence, since, lastAt, endedAt }) => {
    const kind = MISUSE_KINDS.find((one) => one === text);
    if (!kind) return [];
    return [{ kind, evidence, since: since.toISOString(), lastAt: lastAt.toISOString(), endedAt: endedAt?.toISOString() ?? null }];
  });
}

/** The claim of a code that was typed or scanned. Another fleet's is not known here. */
export const lookUpClaim = readVerb({
  permission: "claims:read",
  input: z.object({ code: z.string().max(600) }),
  async run(ctx, { code }): Promise<{ claimId: string; name: string }> {
    const link = readClaimLink(code);
    if (!link)
      throw new SallyportError("invalid_input", "This is no claim code.", {
        hint: "It has 16 characters, such as K7QM-2XD4-9RTV-0ZAB.",
        fields: [{ path: "code", message: "No claim code." }],
      });
    const claim = await ctx.database.prisma.claim.findFirst({
      where: { fleetId: ctx.fleetId, digest: claimDigest(link.code) },
      select: { id: true, name: true },
    });
    if (!claim) throw notFound("claim");
    return { claimId: claim.id, name: claim.name };
  },
});
