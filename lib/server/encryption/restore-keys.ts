import { OPENING_STATES } from "@/lib/domain/encryption/key-state";
import type { KeyRotation } from "@/prisma/generated/client";
import type { WriteContext } from "../verb";
import { lockKeysOf } from "./begin-wave";

interface Restored {
  /** Devices that get their former key again. */
  restored: string[];
  /** Devices that were never sent the new one. */
  withdrawn: number;
  /** Devices whose former key has retired: they keep the new one. */
  kept: number;
}

interface Row {
  deviceId: string;
  version: number;
  announced: boolean;
  former: number | null;
  formerWrapped: Buffer | null;
}

/** Of devices whose newest key is this rotation's. Within the transaction that ends it. */
export async function restoreKeys(ctx: WriteContext, { id, overlapSeconds }: Pick<KeyRotation, "id" | "overlapSeconds">): Promise<Restored> {
  const begun = await ctx.tx.keyRotationDevice.findMany({ where: { rotationId: id, version: { not: null } }, select: { deviceId: true } });
  await lockKeysOf(
    ctx.tx,
    begun.map(({ deviceId }) => deviceId),
  );
  const rows = await ctx.tx.$queryRaw<Row[]>`
    select rd.device_id as "deviceId", rd.version, k.announced_at is not null or k.received_at is not null as announced,
           f.version as former, f.key_wrapped as "formerWrapped"
    from key_rotation_device rd
    join device d on d.id = rd.device_id and d.lifecycle = 'active'
    join content_key k on k.device_id = rd.device_id and k.version = rd.version and k.state = any(${[...OPENING_STATES]}::"ContentKeyState"[])
    left join lateral (select version, key_wrapped from content_key where device_id = rd.device_id and version < rd.version
                       and state in ('active', 'grace') order by version desc limit 1) f on true
    where rd.rotation_id = ${id} and not exists (select 1 from content_key n where n.device_id = rd.device_id and n.version > rd.version)
    order by rd.device_id`;
  const unsent = rows.filter(({ announced }) => !announced);
  const back = rows.flatMap(({ announced, deviceId, version, former, formerWrapped }) =>
    announced && former !== null && formerWrapped ? [{ deviceId, version: version + 1, restores: former, formerWrapped }] : [],
  );
  await withdraw(ctx, id, unsent);
  await ctx.tx.contentKey.createMany({
    data: back.map(({ formerWrapped, ...key }) => ({
      ...key,
      fleetId: ctx.fleetId,
      rotationId: id,
      overlapSeconds,
      keyWrapped: ctx.secrets.wrap(ctx.secrets.unwrap(formerWrapped)),
      createdAt: ctx.now,
    })),
  });
  await ctx.tx.$executeRaw`
    update key_rotation_device rd set restored_version = n.version
    from unnest(${back.map(({ deviceId }) => deviceId)}::text[], ${back.map(({ version }) => version)}::int[]) as n(device_id, version)
    where rd.rotation_id = ${id} and rd.device_id = n.device_id`;
  return { restored: back.map(({ deviceId }) => deviceId), withdrawn: unsent.length, kept: rows.length - unsent.length - back.length };
}

/** Nobody has sealed with these: they were sent to no one. */
async function withdraw(ctx: WriteContext, rotationId: string, unsent: readonly Row[]): Promise<void> {
  await ctx.tx.$executeRaw`
    update content_key k set state = 'retired', retired_at = ${ctx.now}
    from unnest(${unsent.map(({ deviceId }) => deviceId)}::text[], ${unsent.map(({ version }) => version)}::int[]) as n(device_id, version)
    where k.device_id = n.device_id and k.version = n.version`;
  await ctx.tx.keyRotationDevice.updateMany({ where: { rotationId, version: null, skippedAt: null }, data: { skippedAt: ctx.now } });
}
