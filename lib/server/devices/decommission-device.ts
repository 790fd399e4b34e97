import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { type DecommissionView, decommissionInputSchema } from "@/lib/domain/devices/decommission-view";
import { type Queryable, runQuery } from "../query/run-query";
import { WITH_COUNTS } from "../tokens/revocations/list-revocations";
import { readVerb, writeVerb } from "../verb";
import { lockClaimsOf } from "./close-enrolments";
import { decommission } from "./decommission";
import { lockedDevice } from "./locked-device";

/** Retires a device for good, and says what that did. Twice is once: the second answer is the record of the first. */
export const decommissionDevice = writeVerb({
  permission: "devices:write",
  input: decommissionInputSchema,
  async run(ctx, { deviceId, reason }): Promise<DecommissionView> {
    await lockClaimsOf(ctx, deviceId);
    const { lifecycle } = await lockedDevice(ctx, deviceId);
    await decommission(ctx, { deviceId, lifecycle, reason });
    return loadDecommission(ctx.tx, ctx.fleetId, deviceId);
  },
});

/** What retiring this device did, as far as it has come: sessions and retained messages are gone a moment later. */
export const getDecommission = readVerb({
  permission: "devices:read",
  input: z.object({ deviceId: z.string().max(64) }),
  run: (ctx, { deviceId }): Promise<DecommissionView> => loadDecommission(ctx.database.pool, ctx.fleetId, deviceId),
});

interface Row extends Omit<DecommissionView, "at" | "retainedClearedAt" | "sessions"> {
  at: Date;
  retainedClearedAt: Date | null;
  sessions: number | null;
  cut: number | null;
  open: number | null;
  lastCutMilliseconds: number | null;
}

async function loadDecommission(db: Queryable, fleetId: string, deviceId: string): Promise<DecommissionView> {
  const [row] = await runQuery<Row>(
    db,
    `select x.id, x.device_id as "deviceId", x.at, x.by, x.reason, x.job_id as "jobId", x.revocation_id as "revocationId", x.tokens,
            x.keys_destroyed as "keysDestroyed", x.rotations_left as "rotationsLeft", x.enrolments_closed as "enrolmentsClosed",
            x.alerts_ended as "alertsEnded", x.commands_cancelled as "commandsCancelled", x.investigations as "investigationsClosed", x.retained_cleared_at as "retainedClearedAt",
            n.sessions, n.cut, n.open, n.last as "lastCutMilliseconds"
     from decommission x
     left join lateral (select c.* from revocation r ${WITH_COUNTS} where r.id = x.revocation_id) n on true
     where x.fleet_id = $1::text and x.device_id = $2::text order by x.at desc, x.id desc limit 1`,
    [fleetId, deviceId],
  );
  if (!row) throw notFound("decommission");
  const { sessions, cut, open, lastCutMilliseconds, at, retainedClearedAt, ...rest } = row;
  return {
    ...rest,
    at: at.toISOString(),
    retainedClearedAt: retainedClearedAt?.toISOString() ?? null,
    sessions: { total: sessions ?? 0, cut: cut ?? 0, open: open ?? 0, lastCutMilliseconds },
  };
}
