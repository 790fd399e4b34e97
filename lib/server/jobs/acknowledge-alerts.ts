import type { LiveOutbox } from "../live/feed-event";
import type { WriteContext } from "../verb";

/** Acknowledges every alert of these devices that fires and that nobody has acknowledged, as one after the other would. */
export async function acknowledgeAlertsOf(
  ctx: WriteContext,
  { jobId, comment, deviceIds }: { jobId: string; comment: string; deviceIds: readonly string[] },
): Promise<void> {
  const alerts = await ctx.tx.alert.updateManyAndReturn({
    where: { fleetId: ctx.fleetId, deviceId: { in: [...deviceIds] }, state: "firing", acknowledgedAt: null },
    data: { acknowledgedAt: ctx.now, acknowledgedBy: ctx.actor.name, comment: comment || null, version: { increment: 1 } },
    select: { id: true, deviceId: true, state: true, version: true, rule: { select: { name: true } } },
  });
  if (alerts.length === 0) return;
  await ctx.auditAll(
    alerts.map(({ id, rule, deviceId }) => ({
      action: "alert.acknowledged",
      objectKind: "alert",
      objectId: id,
      after: { comment: comment || null, rule: rule.name, device: deviceId, job: jobId },
    })),
  );
  await ctx.enqueue("alert.notify", { event: "alert.acknowledged", alertIds: alerts.map(({ id }) => id) });
  const live: LiveOutbox = { alerts: alerts.map(({ id, deviceId, state, version }) => ({ id, deviceId, state, acknowledged: true, version })) };
  await ctx.enqueue("live.publish", live);
}
