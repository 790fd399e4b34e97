import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { askOperatorInputSchema, RECOVERY, type VaultView } from "@/lib/domain/sealed/sealed-view";
import { agreementKeySchema } from "@/lib/protocol/key-exchange";
import type { Transaction } from "../database/client";
import { readVerb, writeVerb } from "../verb";
import { personOf } from "./custody";

/** The caller's own keys, under their passphrase or sealed to their public key. */
export const getVault = readVerb({
  permission: "telemetry:read",
  input: z.object({}),
  run: (ctx) => loadVault(ctx.database.prisma, ctx.fleetId, personOf(ctx)),
});

/** The same for who has the recovery key in hand. That somebody asked for it is in the record. */
export const fetchRecovery = writeVerb({
  permission: "keys:rotate",
  input: z.object({}),
  async run(ctx): Promise<VaultView> {
    personOf(ctx);
    const vault = await loadVault(ctx.tx, ctx.fleetId, RECOVERY);
    if (vault.vault === null) throw notFound("recovery key");
    await ctx.audit({ action: "sealed.recovery_fetched", objectKind: "fleet", objectId: ctx.fleetId });
    return vault;
  },
});

/** Keeps the caller's public key, and the private one as their browser closed it. To be admitted is another's act. */
export const askOperator = writeVerb({
  permission: "telemetry:read",
  input: askOperatorInputSchema,
  async run(ctx, { publicKey, vault }): Promise<{ operator: string }> {
    const { tx, fleetId, now } = ctx;
    const operator = personOf(ctx);
    const before = await tx.sealedOperator.findUnique({ where: { fleetId_operator: { fleetId, operator } }, select: { publicJwk: true } });
    const known = before && agreementKeySchema.parse(before.publicJwk);
    if (known && (await tx.sealedWrap.count({ where: { fleetId, operator } })) > 0 && (known.x !== publicKey.x || known.y !== publicKey.y))
      throw new SallyportError("conflict", "You are admitted with another key.", { hint: "Have an admin remove you first; then ask with a new one." });
    const row = { publicJwk: publicKey, vault, askedAt: now };
    await tx.sealedOperator.upsert({ where: { fleetId_operator: { fleetId, operator } }, create: { fleetId, operator, ...row }, update: row });
    await ctx.audit({ action: "sealed.operator_asked", objectKind: "user", objectId: operator });
    return { operator };
  },
});

async function loadVault(store: Pick<Transaction, "sealedOperator" | "sealedWrap">, fleetId: string, operator: string): Promise<VaultView> {
  const [row, wraps] = await Promise.all([
    store.sealedOperator.findUnique({ where: { fleetId_operator: { fleetId, operator } } }),
    store.sealedWrap.findMany({ where: { fleetId, operator }, orderBy: { version: "asc" } }),
  ]);
  return {
    vault: row?.vault ?? null,
    publicKey: row ? agreementKeySchema.parse(row.publicJwk) : null,
    wraps: wraps.filter(({ version }) => version > 0).map(({ version, jwe }) => ({ version, jwe })),
    rootWrap: wraps.find(({ version }) => version === 0)?.jwe ?? null,
  };
}
