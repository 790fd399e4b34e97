import type { LiveOutbox } from "../live/feed-event";
import type { WriteContext } from "../verb";

/** Ends every open alert of a rule, within a person's change of that rule, and tells those who were told that it fired. */
export async function endAlerts(ctx: WriteContext, ruleId: string): Promise<void> {
  const ended = await ctx.tx.alert.updateManyAndReturn({
    where: { ruleId, fleetId: ctx.fleetId, state: { not: "resolved" } },
    data: { state: "resolved", resolvedAt: ctx.now, version: { increment: 1 } },
    select: { id: true, deviceId: true, firedAt: true, acknowledgedAt: true, version: true },
  });
  if (ended.length === 0) return;
  const live: LiveOutbox = {
    alerts: ended.map(({ id, deviceId, acknowledgedAt, version }) => ({ id, deviceId, state: "resolved", acknowledged: acknowledgedAt !== null, version })),
  };
  await ctx.enqueue("live.publish", live);
  const alertIds = ended.filter(({ firedAt }) => firedAt !== null).map(({ id }) => id);
  if (alertIds.length > 0) await ctx.enqueue("alert.notify", { event: "alert.resolved", alertIds });
}
