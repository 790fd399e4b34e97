import { z } from "zod";
import { REFUSED_ACTIONS } from "@/lib/domain/refusals/refusal-reasons";
import type { RefusalView } from "@/lib/domain/refusals/refusal-view";
import type { RefusalWhereInput } from "@/prisma/generated/models";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { subjectNames } from "../tokens/token-views";
import { type Page, readVerb } from "../verb";
import { refusalView } from "./refusal-row";

const id = z.string().max(64).optional();

/** What brokers refused to this fleet's holders, newest first; each line stands for `count` of one hour. */
export const listRefusals = readVerb({
  permission: "refusals:read",
  input: z.object({
    /** Also where somebody else's token was presented under this device's name. */
    deviceId: id,
    tokenId: id,
    subject: id,
    action: z.enum(REFUSED_ACTIONS).optional(),
    reason: id,
    /** Refused at or after this moment. */
    since: z.iso.datetime({ offset: true }).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    cursor: z.string().max(500).optional(),
  }),
  async run(ctx, { deviceId, tokenId, subject, action, reason, since, limit, cursor }): Promise<Page<RefusalView>> {
    const search = { deviceId, tokenId, subject, action, reason, since };
    const place = cursor === undefined ? undefined : decodeCursor(cursor, search, [z.iso.datetime(), z.string().regex(/^\d{1,18}$/)]);
    const filters: RefusalWhereInput[] = [
      ...(deviceId === undefined ? [] : [{ OR: [{ deviceId }, { reason: "wrong_subject", detail: deviceId }] }]),
      ...(tokenId === undefined ? [] : [{ tokenId }]),
      ...(subject === undefined ? [] : [{ subject }]),
      ...(action === undefined ? [] : [{ action }]),
      ...(reason === undefined ? [] : [{ reason }]),
      ...(since === undefined ? [] : [{ lastAt: { gte: new Date(since) } }]),
    ];
    const after: RefusalWhereInput[] = place === undefined ? [] : [{ OR: [{ lastAt: { lt: place[0] } }, { lastAt: place[0], id: { lt: BigInt(place[1]) } }] }];
    const { refusal } = ctx.database.prisma;
    const [rows, total] = await Promise.all([
      refusal.findMany({
        where: { fleetId: ctx.fleetId, AND: [...filters, ...after] },
        orderBy: [{ lastAt: "desc" }, { id: "desc" }],
        take: limit + 1,
      }),
      refusal.count({ where: { fleetId: ctx.fleetId, AND: filters } }),
    ]);
    const shown = rows.slice(0, limit);
    const names = await subjectNames(ctx, shown);
    const items = shown.map((row) => refusalView(row, names.get(row.subject) ?? null));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor(search, [last.lastAt, last.id]) : null, total };
  },
});
