import { z } from "zod";
import { type TokenPolicy, tokenPolicySchema } from "@/lib/domain/tokens/grant-policy";
import { readVerb, writeVerb } from "../verb";
import { loadPolicy } from "./load-policy";

export const readTokenPolicy = readVerb({
  permission: "tokens:read",
  input: z.object({}),
  run: (ctx): Promise<TokenPolicy> => loadPolicy(ctx.database.prisma, ctx.fleetId),
});

/** What is left out stays. Tokens that were granted before keep their end. */
export const changeTokenPolicy = writeVerb({
  permission: "tokens:grant",
  input: tokenPolicySchema.partial(),
  async run(ctx, changes): Promise<TokenPolicy> {
    const before = await loadPolicy(ctx.tx, ctx.fleetId);
    const after = { ...before, ...changes };
    await ctx.tx.fleet.update({
      where: { id: ctx.fleetId },
      data: {
        tokenTtlMaxMinutes: after.maxMinutes,
        tokenFourEyes: after.fourEyes,
        tokenLongFromMinutes: after.longFromMinutes,
        homeGraceDays: after.homeGraceDays,
      },
    });
    await ctx.audit({ action: "token_policy.changed", objectKind: "fleet", objectId: ctx.fleetId, before, after });
    return after;
  },
});
