import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import type { AlertView } from "@/lib/domain/alerts/alert-view";
import type { Context } from "../context";
import { type Page, readVerb } from "../verb";
import { ALERT_SELECT, alertFor } from "./alert-row";

const input = z.object({
  /** `open`: pending and firing. */
  state: z.enum(["open", "pending", "firing", "resolved"]).optional(),
  deviceId: z.string().max(64).optional(),
  ruleId: z.string().max(64).optional(),
  /** Resolved ones that began since then. Open ones are always in it: an active alert never scrolls out of a time range. */
  since: z.iso.datetime().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(200).optional(),
});

const cursorSchema = z.tuple([z.number().int(), z.iso.datetime(), z.string()]);

const RANK = "case a.state when 'firing' then 0 when 'pending' then 1 else 2 end";
/** One that ended before its hold time was never an alert for a person. */
const SHOWN = "a.fleet_id = $1 and (a.state <> 'resolved' or a.fired_at is not null)";

/** Alerts of this fleet: firing, then pending, then resolved; in each the newest first. */
export const listAlerts = readVerb({
  permission: "alerts:read",
  input,
  async run(ctx, { limit, cursor, ...filter }): Promise<Page<AlertView>> {
    const { where, values } = conditions(ctx.fleetId, filter);
    const after = cursor === undefined ? null : readCursor(cursor);
    const { pool } = ctx.database;
    const [{ rows }, total] = await Promise.all([
      pool.query<{ id: string; rank: number; pending_at: Date }>(
        `select * from (select a.id, ${RANK} as rank, a.pending_at from alert a where ${where}) x
         ${after ? `where (x.rank, -extract(epoch from x.pending_at), x.id) > ($${values.length + 2}, -extract(epoch from $${values.length + 3}::timestamptz), $${values.length + 4})` : ""}
         order by rank, pending_at desc, id limit $${values.length + 1}`,
        [...values, limit + 1, ...(after ?? [])],
      ),
      pool.query<{ count: string }>(`select count(*) from alert a where ${where}`, values),
    ]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const more = rows.length > limit && last;
    return {
      items: await loadInOrder(
        ctx,
        shown.map(({ id }) => id),
      ),
      nextCursor: more ? Buffer.from(JSON.stringify([last.rank, last.pending_at.toISOString(), last.id])).toString("base64url") : null,
      total: Number(total.rows[0]?.count ?? 0),
    };
  },
});

type Filter = Pick<z.output<typeof input>, "state" | "deviceId" | "ruleId" | "since">;

function conditions(fleetId: string, { state, deviceId, ruleId, since }: Filter): { where: string; values: unknown[] } {
  const values: unknown[] = [fleetId];
  const parts = [SHOWN];
  const add = (text: (parameter: string) => string, value: unknown) => parts.push(text(`$${values.push(value)}`));
  if (state === "open") parts.push("a.state <> 'resolved'");
  else if (state) add((p) => `a.state = ${p}::"AlertState"`, state);
  if (deviceId !== undefined) add((p) => `a.device_id = ${p}`, deviceId);
  if (ruleId !== undefined) add((p) => `a.rule_id = ${p}`, ruleId);
  if (since !== undefined) add((p) => `(a.state <> 'resolved' or a.pending_at >= ${p}::timestamptz)`, since);
  return { where: parts.join(" and "), values };
}

function readCursor(cursor: string): z.output<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    throw new SallyportError("invalid_input", "cursor: not one of ours.", { fields: [{ path: "cursor", message: "not one of ours" }] });
  }
}

async function loadInOrder(ctx: Context, ids: readonly string[]): Promise<AlertView[]> {
  const rows = await ctx.database.prisma.alert.findMany({ where: { fleetId: ctx.fleetId, id: { in: [...ids] } }, select: ALERT_SELECT });
  const byId = new Map(rows.map((row) => [row.id, alertFor(ctx, row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
