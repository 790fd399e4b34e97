import type { LiveOutbox } from "../live/feed-event";
import type { WriteContext } from "../verb";

/**
 * Ends every open alert of a rule that a person changed, or of a device that is retired, within that change, and tells those who were
 * told that it fired. Answers how many.
 */
export async function endAlerts(ctx: WriteContext, of: { ruleId: string } | { deviceId: string }): Promise<number> {
  const ended = await ctx.tx.alert.updateManyAndReturn({
    where: { ...of, fleetId: ctx.fleetId, state: { not: "resolved" } },
    data: { state: "resolved", resolvedAt: ctx.now, version: { increment: 1 } },
    select: { id: true, deviceId: true, firedAt: true, acknowledgedAt: true, version: true },
  });
  if (ended.length === 0) return 0;
  const live: LiveOutbox = {
    alerts: ended.map(({ id, deviceId, acknowledgedAt, version }) => ({ id, deviceId, state: "resolved", acknowledged: acknowledgedAt !== null, version })),
  };
  await ctx.enqueue("live.publish", live);
  const alertIds = ended.filter(({ firedAt }) => firedAt !== null).map(({ id }) => id);
  if (alertIds.length > 0) await ctx.enqueue("alert.notify", { event: "alert.resolved", alertIds });
  return ended.length;
}
