import { z } from "zod";
import type { ApiKeyView } from "@/lib/domain/members/member-view";
import { type Page, readVerb } from "@/lib/server/verb";
import { apiKeyView } from "./api-key-view";

/** Keys of this fleet, revoked ones included, newest first. `cursor` is the last id shown. */
export const listApiKeys = readVerb({
  permission: "api-keys:write",
  input: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100), cursor: z.string().max(64).optional() }),
  async run(ctx, { limit, cursor }): Promise<Page<ApiKeyView>> {
    const { apiKey } = ctx.database.prisma;
    const where = { fleetId: ctx.fleetId };
    const after = cursor === undefined ? null : await apiKey.findFirst({ where: { ...where, id: cursor }, select: { id: true, createdAt: true } });
    const [rows, total] = await Promise.all([
      apiKey.findMany({
        where: { ...where, ...(after ? { OR: [{ createdAt: { lt: after.createdAt } }, { createdAt: after.createdAt, id: { lt: after.id } }] } : {}) },
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        take: limit + 1,
      }),
      apiKey.count({ where }),
    ]);
    const items = rows.slice(0, limit).map(apiKeyView);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null, total };
  },
});
