import { z } from "zod";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import type { AccessTokenWhereInput } from "@/prisma/generated/models";
import { type Page, readVerb } from "../verb";
import { tokenViews } from "./token-views";

const input = z.object({
  deviceId: z.string().max(64).optional(),
  kind: z.enum(["device", "console", "service"]).optional(),
  state: z.enum(["live", "expired", "revoked"]).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(64).optional(),
});

/** Tokens of this fleet, newest first. */
export const listTokens = readVerb({
  permission: "tokens:read",
  input,
  async run(ctx, { deviceId, kind, state, limit, cursor }): Promise<Page<TokenView>> {
    const now = ctx.clock.now();
    const where: AccessTokenWhereInput = {
      fleetId: ctx.fleetId,
      ...(deviceId === undefined ? {} : { deviceId }),
      ...(kind === undefined ? {} : { subjectKind: kind }),
      ...(state === undefined ? {} : stateFilter(state, now)),
    };
    const { accessToken } = ctx.database.prisma;
    const [rows, total] = await Promise.all([
      accessToken.findMany({
        where,
        orderBy: [{ issuedAt: "desc" }, { id: "desc" }],
        take: limit + 1,
        ...(cursor === undefined ? {} : { cursor: { id: cursor }, skip: 1 }),
      }),
      accessToken.count({ where }),
    ]);
    const shown = rows.slice(0, limit);
    return {
      items: await tokenViews(ctx, shown, now),
      nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      total,
    };
  },
});

function stateFilter(state: TokenView["state"], now: Date): AccessTokenWhereInput {
  if (state === "revoked") return { revokedAt: { not: null } };
  return { revokedAt: null, expiresAt: state === "live" ? { gt: now } : { lte: now } };
}
