import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { ApiKeyView } from "@/lib/domain/members/member-view";
import { revokeTokensOf } from "@/lib/server/tokens";
import { writeVerb } from "@/lib/server/verb";
import { apiKeyView } from "./api-key-view";

/** Takes a key back for good: refused from the next request on, and what follows the fleet live with it is cut. */
export const revokeApiKey = writeVerb({
  permission: "api-keys:write",
  input: z.object({ apiKeyId: z.string().max(64) }),
  async run(ctx, { apiKeyId }): Promise<ApiKeyView> {
    const { count } = await ctx.tx.apiKey.updateMany({ where: { id: apiKeyId, fleetId: ctx.fleetId, revokedAt: null }, data: { revokedAt: ctx.now } });
    const row = await ctx.tx.apiKey.findFirst({ where: { id: apiKeyId, fleetId: ctx.fleetId } });
    if (!row) throw notFound("API key");
    if (count > 0) {
      await revokeTokensOf(ctx, { subject: apiKeyId, fleetId: ctx.fleetId, reason: "API key revoked" });
      await ctx.audit({ action: "api_key.revoked", objectKind: "apiKey", objectId: apiKeyId, before: { name: row.name, prefix: row.prefix } });
    }
    return apiKeyView(row);
  },
});
