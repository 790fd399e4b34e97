import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { AlertView } from "@/lib/domain/alerts/alert-view";
import type { LiveOutbox } from "../live/feed-event";
import { type WriteContext, writeVerb } from "../verb";
import { ALERT_SELECT, alertFor } from "./alert-row";

/**
 * Says that a person knows of the alert. Its state stays: only the condition ends it. The first one is kept; whoever comes
 * second gets the alert with the name of the first, and nothing is written.
 */
export const acknowledgeAlert = writeVerb({
  permission: "alerts:acknowledge",
  input: z.object({ alertId: z.string().min(1).max(64), comment: z.string().trim().max(500).default("") }),
  async run(ctx, { alertId, comment }): Promise<AlertView> {
    const { count } = await ctx.tx.alert.updateMany({
      where: { id: alertId, fleetId: ctx.fleetId, acknowledgedAt: null },
      data: { acknowledgedAt: ctx.now, acknowledgedBy: ctx.actor.name, comment: comment || null, version: { increment: 1 } },
    });
    const row = await ctx.tx.alert.findFirst({ where: { id: alertId, fleetId: ctx.fleetId }, select: ALERT_SELECT });
    if (!row) throw notFound("alert");
    const alert = alertFor(ctx, row);
    if (count === 1) await announce(ctx, alert);
    return alert;
  },
});

async function announce(ctx: WriteContext, alert: AlertView): Promise<void> {
  await ctx.audit({
    action: "alert.acknowledged",
    objectKind: "alert",
    objectId: alert.id,
    after: { comment: alert.comment, rule: alert.rule.name, device: alert.device.name },
  });
  await ctx.enqueue("alert.notify", { event: "alert.acknowledged", alertIds: [alert.id] });
  const live: LiveOutbox = { alerts: [{ id: alert.id, deviceId: alert.device.id, state: alert.state, acknowledged: true, version: alert.version }] };
  await ctx.enqueue("live.publish", live);
}
