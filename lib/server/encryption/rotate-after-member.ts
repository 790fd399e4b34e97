import type { WriteContext } from "../verb";
import { loadRotationPolicy } from "./rotation-policy";
import { openByPolicy } from "./start-due-rotations";

/**
 * A member who leaves, or may not read values any more, may have kept keys that their browser had fetched: exactly those devices
 * get new ones, in the same transaction. Answers whether any did.
 */
export async function rotateAfterMember(ctx: WriteContext, { userId, reason }: { userId: string; reason: string }): Promise<boolean> {
  const policy = await loadRotationPolicy(ctx.tx, ctx.fleetId);
  if (!policy.whenMemberLeaves) return false;
  const fetched = await ctx.tx.$queryRaw<{ deviceId: string }[]>`
    select distinct k.device_id as "deviceId"
    from audit_event e join content_key k on k.device_id = e.object_id and k.fleet_id = e.fleet_id and k.state in ('next', 'active')
    where e.fleet_id = ${ctx.fleetId} and e.action = 'content_keys.fetched' and e.actor_kind = 'user' and e.actor_id = ${userId}
      and e.after->'versions' @> to_jsonb(k.version)`;
  if (fetched.length === 0) return false;
  return openByPolicy(ctx, policy, { chosen: fetched.map(({ deviceId }) => deviceId), trigger: "member_left", reason });
}
