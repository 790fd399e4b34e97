import { newId } from "@/lib/base/ids";
import { statesBefore } from "@/lib/domain/commands/command-state";
import type { LIFECYCLES } from "@/lib/domain/devices/device-view";
import { endAlerts } from "../alerts/end-alerts";
import { destroyKeysOf } from "../encryption/retire-keys";
import type { StepContext } from "../step";
import { revokeTokensOfDevice } from "../tokens";
import type { WriteContext } from "../verb";
import { closeEnrolmentsOf } from "./close-enrolments";

interface Act {
  deviceId: string;
  /** What the device was before. */
  lifecycle: (typeof LIFECYCLES)[number];
  reason?: string | undefined;
  jobId?: string;
}

/**
 * Retires a device and everything of it in the caller's transaction: tokens, content keys, turns in rotations, ways in by claims,
 * commands, alerts and investigations; the broker's retained messages and sessions follow with the commit. Measurements, timeline and audit
 * stay. Writes one record of what was done. A device that was retired so before has its record: nothing is done again.
 */
export async function decommission(ctx: WriteContext, { deviceId, lifecycle, reason = "", jobId }: Act): Promise<{ tokens: number; again: boolean }> {
  const { tx, fleetId, now, actor } = ctx;
  if (lifecycle === "retired" && (await tx.decommission.count({ where: { deviceId, fleetId } })) > 0) return { tokens: 0, again: true };
  const enrolmentsClosed = await closeEnrolmentsOf(ctx, deviceId);
  await tx.device.update({ where: { id: deviceId, fleetId }, data: { lifecycle: "retired" }, select: { id: true } });
  const { revocationId, tokens } = await revokeTokensOfDevice(ctx, { deviceId, reason: reason || "device retired" });
  const { keys: keysDestroyed, rotations: rotationsLeft } = await destroyKeysOf(ctx, deviceId);
  const alertsEnded = await endAlerts(ctx, { deviceId });
  const commandsCancelled = await cancelCommands(ctx, deviceId);
  const investigations = await closeInvestigations(ctx, deviceId);
  const counts = { tokens, keysDestroyed, rotationsLeft, enrolmentsClosed, alertsEnded, commandsCancelled, investigations };
  const id = newId("decommission");
  await tx.decommission.create({ data: { id, fleetId, deviceId, at: now, by: actor.name, reason, jobId: jobId ?? null, revocationId, ...counts } });
  // Who follows the fleet live forgets the device; the worker knows the topic, and notes when it is done.
  await ctx.enqueue("device.clear_retained", { deviceIds: [deviceId] });
  await ctx.audit({
    action: "device.decommissioned",
    objectKind: "device",
    objectId: deviceId,
    before: { lifecycle },
    after: { lifecycle: "retired", ...(reason ? { reason } : {}), ...(jobId ? { job: jobId } : {}), ...(revocationId ? { revocationId } : {}), ...counts },
  });
  return { tokens, again: false };
}

/** What it had not got yet. What it has, it answers or not. */
async function cancelCommands({ tx, fleetId, now, actor }: WriteContext, deviceId: string): Promise<number> {
  const { count } = await tx.command.updateMany({
    where: { deviceId, fleetId, state: { in: statesBefore("cancel", "cancelled") } },
    data: { state: "cancelled", cancelledBy: actor.name, endedAt: now },
  });
  return count;
}

async function closeInvestigations({ tx, fleetId, now, actor }: WriteContext, deviceId: string): Promise<number> {
  const { count } = await tx.investigation.updateMany({
    where: { deviceId, fleetId, closedAt: null },
    data: { closedAt: now, closedBy: actor.name, closedReason: "Device retired", snoozedUntil: null },
  });
  return count;
}

/** The broker has no retained message of these devices any more. The first time counts. */
export async function noteRetainedCleared({ database, clock }: Pick<StepContext, "database" | "clock">, deviceIds: readonly string[]): Promise<void> {
  await database.pool.query("update decommission set retained_cleared_at = $2 where device_id = any($1) and retained_cleared_at is null", [
    deviceIds,
    clock.now(),
  ]);
}
