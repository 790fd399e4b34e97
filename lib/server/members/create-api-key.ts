import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { apiKeyPrefix, makeApiKey } from "@/lib/domain/members/api-key-format";
import { createApiKeyInputSchema } from "@/lib/domain/members/member-input";
import type { ApiKeyView } from "@/lib/domain/members/member-view";
import { PERMISSIONS, type Role, roleAllows } from "@/lib/domain/members/permissions";
import { roleIn } from "@/lib/server/context";
import { writeVerb } from "@/lib/server/verb";
import { apiKeyView } from "./api-key-view";
import { apiKeyDigest } from "./resolve-api-key";

/** Makes a key for the HTTP API. `key` is shown once; only its digest is kept. Nobody gives away more than they have. */
export const createApiKey = writeVerb({
  permission: "api-keys:write",
  input: createApiKeyInputSchema,
  async run(ctx, { name, role, days }): Promise<{ key: string; apiKey: ApiKeyView }> {
    const own = roleIn(ctx.actor, ctx.fleetId);
    if (own !== undefined && !covers(own, role)) throw new SallyportError("forbidden", `A key of role ${role} could do more than you can (${own}).`);
    const key = makeApiKey();
    const row = await ctx.tx.apiKey.create({
      data: {
        id: newId("apiKey"),
        fleetId: ctx.fleetId,
        name,
        role,
        prefix: apiKeyPrefix(key),
        digest: apiKeyDigest(key),
        createdAt: ctx.now,
        expiresAt: days === null ? null : new Date(ctx.now.getTime() + days * 86_400_000),
      },
    });
    await ctx.audit({
      action: "api_key.created",
      objectKind: "apiKey",
      objectId: row.id,
      after: { name, role, prefix: row.prefix, expiresAt: row.expiresAt?.toISOString() ?? null },
    });
    return { key, apiKey: apiKeyView(row) };
  },
});

/** Does `own` hold every permission of `other`? */
function covers(own: Role, other: Role): boolean {
  return PERMISSIONS.every((permission) => roleAllows(own, permission) || !roleAllows(other, permission));
}
