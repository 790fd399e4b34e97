import { newId } from "@/lib/base/ids";
import { assignWaves, type RotationPlan } from "@/lib/domain/encryption/rotation-plan";
import type { RotationTrigger } from "@/lib/domain/encryption/rotation-policy";
import { isSealed } from "../sealed/custody";
import type { WriteContext } from "../verb";
import { beginWave, lockKeysOf } from "./begin-wave";

interface Opening extends RotationPlan {
  /** Undefined: all devices of the fleet. */
  chosen: readonly string[] | undefined;
  /** What was asked for, as the record keeps it. */
  target: { deviceId?: string; query?: string; rule?: string };
  reason: string;
  trigger: RotationTrigger;
}

/**
 * Begins a rotation over those of the chosen devices that have a content key, with its first wave. They leave every older rotation
 * in which their turn had not come. Undefined, and nothing is written, when none has a key, and in a sealed fleet, whose keys the
 * server does not make.
 */
export async function openRotation(ctx: WriteContext, opening: Opening): Promise<{ rotationId: string; devices: number } | undefined> {
  const { chosen, target, reason, trigger, ...plan } = opening;
  if (await isSealed(ctx.tx, ctx.fleetId)) return undefined;
  const devices = await candidates(ctx, chosen);
  if (devices.length === 0) return undefined;
  await lockKeysOf(ctx.tx, devices);
  await ctx.tx.keyRotationDevice.updateMany({ where: { deviceId: { in: devices }, version: null, skippedAt: null }, data: { skippedAt: ctx.now } });
  const waves = assignWaves(devices.length, plan);
  const rotationId = newId("keyRotation");
  const startedBy = ctx.actor.name;
  await ctx.tx.keyRotation.create({
    data: {
      ...plan,
      id: rotationId,
      fleetId: ctx.fleetId,
      target,
      reason,
      trigger,
      startedAt: ctx.now,
      startedBy,
      deviceCount: devices.length,
      waveCount: (waves.at(-1) ?? 0) + 1,
      waveStartedAt: ctx.now,
      stateSince: ctx.now,
      stateBy: startedBy,
    },
  });
  await ctx.tx.keyRotationDevice.createMany({ data: devices.map((deviceId, index) => ({ rotationId, deviceId, wave: waves[index] ?? 0 })) });
  await ctx.audit({
    action: "keys.rotated",
    objectKind: "keyRotation",
    objectId: rotationId,
    after: { ...target, reason, trigger, ...plan, devices: devices.length },
  });
  await beginWave(ctx, { rotationId, overlapSeconds: plan.overlapSeconds }, 0);
  return { rotationId, devices: devices.length };
}

/** Those that are there go first: a canary that is away proves nothing. */
async function candidates(ctx: WriteContext, chosen: readonly string[] | undefined): Promise<string[]> {
  const rows = await ctx.tx.$queryRaw<{ id: string }[]>`
    select d.id from device_key a join device d on d.id = a.device_id join presence p on p.device_id = d.id
    where d.fleet_id = ${ctx.fleetId} and d.lifecycle = 'active' and (${chosen === undefined} or d.id = any(${chosen ?? []}))
      and exists (select 1 from content_key k where k.device_id = d.id)
    order by p.state in ('online', 'silent') desc, d.id`;
  return rows.map(({ id }) => id);
}
