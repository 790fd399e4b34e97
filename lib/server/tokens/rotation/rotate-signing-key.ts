import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import type { rotatedSchema } from "@/lib/domain/tokens/signing-key-view";
import { decideRotation, PUBLISH_AHEAD_MINUTES } from "@/lib/domain/tokens/signing-keys";
import { type WriteContext, writeVerb } from "../../verb";
import { lockSigningKeys, makeSigningKey } from "../signing-keys";
import { assertAdministersAll, auditInEveryFleet } from "./installation";
import { loadKeys } from "./load-keys";

const input = z.object({
  /** Published so long before it signs: longer than anybody caches our public keys. */
  aheadMinutes: z.number().int().min(PUBLISH_AHEAD_MINUTES.least).max(PUBLISH_AHEAD_MINUTES.most).default(PUBLISH_AHEAD_MINUTES.usual),
  /** For emergencies: signs at once, an upcoming one if there is one. Who caches our keys may not know it for five minutes. */
  now: z.boolean().default(false),
});

/** A new key: published at once, signing when everybody who caches the public ones has it. The present one is accepted on. */
export const rotateSigningKey = writeVerb({
  permission: "signing-keys:rotate",
  input,
  async run(ctx, { aheadMinutes, now: immediately }): Promise<z.output<typeof rotatedSchema>> {
    await assertAdministersAll(ctx);
    await lockSigningKeys(ctx.tx);
    const decision = decideRotation(await loadKeys(ctx.tx), { now: ctx.now, aheadMs: aheadMinutes * 60_000, immediately });
    if (decision.kind === "refused")
      throw new SallyportError("conflict", `There is an upcoming key already: ${decision.upcoming}.`, {
        hint: "Wait until it signs, or retire it. In an emergency, rotate now: it signs at once.",
      });
    const { signsFrom } = decision;
    const kid = decision.kind === "new" ? await makeSigningKey(ctx.tx, ctx.secrets, { createdAt: ctx.now, signsFrom }) : decision.kid;
    if (decision.kind === "bring_forward") await ctx.tx.signingKey.update({ where: { kid }, data: { signsFrom } });
    await record(ctx, { kid, signsFrom: signsFrom.toISOString(), immediately, broughtForward: decision.kind === "bring_forward" });
    return { kid, signsFrom: signsFrom.toISOString(), broughtForward: decision.kind === "bring_forward" };
  },
});

async function record(ctx: WriteContext, { kid, ...after }: { kid: string; signsFrom: string; immediately: boolean; broughtForward: boolean }): Promise<void> {
  await auditInEveryFleet(ctx, () => ({ action: "signing_key.rotated", objectKind: "signing_key", objectId: kid, after }));
}
