import type { WriteContext } from "../verb";

interface Open {
  id: string;
  claimId: string;
  state: "waiting" | "approved" | "issued";
}

/** Called before the device is locked: whoever answers claims locks in this order, too. */
export async function lockClaimsOf(ctx: WriteContext, deviceId: string): Promise<void> {
  const claims = [...new Set((await openOnes(ctx, deviceId)).map(({ claimId }) => claimId))];
  if (claims.length > 0) await ctx.tx.$queryRaw`select 1 from claim where id = any(${claims}) order by id for update`;
}

/**
 * Ends what a device has begun by claims: a way in that waits is denied and gives its use back; an answer that was kept to be given
 * again (it holds a token and a key, sealed to the device) is forgotten. Answers how many.
 */
export async function closeEnrolmentsOf(ctx: WriteContext, deviceId: string): Promise<number> {
  const { tx, fleetId, now, actor } = ctx;
  const open = await openOnes(ctx, deviceId);
  const ids = open.map(({ id }) => id);
  const denied = open.filter(({ state }) => state !== "issued");
  await tx.enrolment.updateMany({ where: { id: { in: ids } }, data: { answer: null, updatedAt: now } });
  await tx.enrolment.updateMany({
    where: { id: { in: denied.map(({ id }) => id) }, fleetId },
    data: { state: "denied", decidedBy: actor.name, decidedAt: now },
  });
  for (const { claimId } of denied) await tx.claim.update({ where: { id: claimId }, data: { used: { decrement: 1 } } });
  return open.length;
}

/** By device, and before it has come in by the key or serial number that we know it by. */
function openOnes({ tx, fleetId }: WriteContext, deviceId: string): Promise<Open[]> {
  return tx.$queryRaw<Open[]>`
    select e.id, e.claim_id as "claimId", e.state::text as state from enrolment e
    left join device_identity i on i.device_id = ${deviceId} and i.fleet_id = e.fleet_id
    where e.fleet_id = ${fleetId} and (e.state in ('waiting', 'approved') or (e.state = 'issued' and e.answer is not null))
      and (e.device_id = ${deviceId} or e.thumbprint = i.thumbprint or e.serial = i.serial)
    order by e.id`;
}
