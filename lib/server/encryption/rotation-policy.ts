import { z } from "zod";
import { DEFAULT_ROTATION_POLICY, type RotationPolicyView, rotationPolicySchema, setRotationPolicyInputSchema } from "@/lib/domain/encryption/rotation-policy";
import type { Transaction } from "../database/client";
import { readVerb, writeVerb } from "../verb";

/** When rotations of this fleet begin by themselves. */
export const getRotationPolicy = readVerb({
  permission: "keys:read",
  input: z.object({}),
  run: ({ database, fleetId }) => loadRotationPolicy(database.prisma, fleetId),
});

/** Changes what is named; the rest stays. */
export const setRotationPolicy = writeVerb({
  permission: "keys:rotate",
  input: setRotationPolicyInputSchema,
  async run(ctx, changes): Promise<RotationPolicyView> {
    const before = await loadRotationPolicy(ctx.tx, ctx.fleetId);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after = rotationPolicySchema.parse({ ...before, ...given });
    await ctx.tx.rotationPolicy.upsert({ where: { fleetId: ctx.fleetId }, create: { ...after, fleetId: ctx.fleetId }, update: after });
    await ctx.audit({ action: "rotation_policy.changed", objectKind: "fleet", objectId: ctx.fleetId, before, after });
    return after;
  },
});

export async function loadRotationPolicy(db: Pick<Transaction, "rotationPolicy">, fleetId: string): Promise<RotationPolicyView> {
  const row = await db.rotationPolicy.findUnique({ where: { fleetId }, omit: { fleetId: true } });
  return row ? { ...row, afterMessages: Number(row.afterMessages) } : DEFAULT_ROTATION_POLICY;
}
