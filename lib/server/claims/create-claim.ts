import { newId } from "@/lib/base/ids";
import { createClaimInputSchema, type NewClaim } from "@/lib/domain/claims/claim-view";
import { newClaimCode, spellClaimCode } from "@/lib/protocol/claim-code";
import { brokerAddress } from "../devices/connection";
import { profileNamed, siteNamed } from "../devices/place-device";
import { deviceLifetime } from "../tokens/index";
import { writeVerb } from "../verb";
import { claimDigest } from "./claim-directory";
import { claimViews } from "./claim-views";

/** Makes a claim code. It is told here and never again: only its digest is kept. */
export const createClaim = writeVerb({
  permission: "claims:write",
  input: createClaimInputSchema,
  async run(ctx, { name, site, profile, uses, minutes, approval, serials, tokenDays }): Promise<NewClaim> {
    const { tx, fleetId, now } = ctx;
    const code = newClaimCode();
    const id = newId("claim");
    const list = [...new Set(serials)];
    const data = {
      id,
      fleetId,
      name,
      digest: claimDigest(code),
      hint: code.slice(-4),
      siteId: site === undefined ? null : await siteNamed(ctx, site),
      profileId: await profileNamed(ctx, profile),
      approval,
      useLimit: uses,
      serialCount: list.length,
      tokenDays: Math.floor((await deviceLifetime(tx, fleetId, tokenDays, "tokenDays")) / 86_400) || 1,
      expiresAt: new Date(now.getTime() + minutes * 60_000),
      createdAt: now,
      createdBy: ctx.actor.name,
    };
    await tx.claim.create({ data });
    if (list.length > 0) await tx.$executeRaw`insert into claim_serial (claim_id, serial) select ${id}, serial from unnest(${list}::text[]) as t(serial)`;
    await ctx.audit({
      action: "claim.created",
      objectKind: "claim",
      objectId: id,
      after: { name, site, profile, uses, approval, serials: list.length, expiresAt: data.expiresAt.toISOString() },
    });
    const [claim] = await claimViews({ db: tx, fleetId, now }, { id });
    if (!claim) throw new Error("The claim that was just made is not there.");
    return { claim, code: spellClaimCode(code), ...brokerAddress(ctx.env) };
  },
});
