import { newId } from "@/lib/base/ids";
import type { RotationPolicyView, RotationTrigger } from "@/lib/domain/encryption/rotation-policy";
import type { Context } from "../context";
import { inTransaction, type WriteContext } from "../verb";
import type { RotationWalker } from "./advance-rotations";
import { openRotation } from "./open-rotation";
import { loadRotationPolicy } from "./rotation-policy";

const BY = { kind: "system", id: "rotation-policy", name: "Rotation policy" } as const;

/**
 * Devices whose newest key is in use, is due by one of the rules, and waits in no rotation yet. `$1` fleet, `$2` now, `$3` days
 * (null: never), `$4` messages, `$5` whether a suspicion counts. A key that was restored goes on counting where it was.
 */
const DUE = `
  select k.device_id as "deviceId",
         case when $5 and t.suspected and t.suspected_at > k.created_at then 'tamper'
              when k.messages + coalesce((select sum(o.messages) from content_key o where o.device_id = k.device_id and o.version = k.restores), 0) >= $4 then 'messages'
              when k.created_at <= $2::timestamptz - $3::int * interval '1 day' then 'calendar' end as rule
  from content_key k
  join device d on d.id = k.device_id and d.lifecycle = 'active'
  left join tamper_verdict t on t.device_id = k.device_id
  where k.fleet_id = $1 and k.state = 'active'
    and not exists (select 1 from content_key n where n.device_id = k.device_id and n.version > k.version)
    and not exists (select 1 from key_rotation_device rd where rd.device_id = k.device_id and rd.version is null and rd.skipped_at is null)`;

const RULES = {
  tamper: () => "Tampering is suspected",
  messages: ({ afterMessages }) => `A key has sealed ${afterMessages.toLocaleString("en")} messages`,
  calendar: ({ everyDays }) => `No key gets older than ${everyDays ?? 0} days`,
} as const satisfies Partial<Record<RotationTrigger, (policy: RotationPolicyView) => string>>;

/** Begins what the policies of all fleets ask for. One worker at a time; a device that has begun is not due any more. Answers how many began. */
export async function startDueRotations(ctx: RotationWalker): Promise<number> {
  const fleets = await ctx.database.prisma.contentKey.findMany({ where: { state: "active" }, distinct: ["fleetId"], select: { fleetId: true } });
  let begun = 0;
  for (const { fleetId } of fleets) {
    const base: Context = { ...ctx, fleetId, actor: BY, via: "worker", requestId: newId("request") };
    begun += await ctx.database.prisma.$transaction((tx) => startDue(inTransaction(base, tx)), { timeout: 60_000 });
  }
  return begun;
}

async function startDue(ctx: WriteContext): Promise<number> {
  const [lock] = await ctx.tx.$queryRaw<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(hashtext('rotation policy'), hashtext(${ctx.fleetId})) as mine`;
  if (!lock?.mine) return 0;
  const policy = await loadRotationPolicy(ctx.tx, ctx.fleetId);
  const rows = await ctx.tx.$queryRawUnsafe<{ deviceId: string; rule: keyof typeof RULES | null }[]>(
    `select * from (${DUE}) due where rule is not null`,
    ctx.fleetId,
    ctx.now,
    policy.everyDays,
    policy.afterMessages,
    policy.whenTamperSuspected,
  );
  let begun = 0;
  for (const rule of Object.keys(RULES) as (keyof typeof RULES)[]) {
    const chosen = rows.filter((row) => row.rule === rule).map(({ deviceId }) => deviceId);
    if (chosen.length > 0 && (await openByPolicy(ctx, policy, { chosen, trigger: rule, reason: RULES[rule](policy) }))) begun++;
  }
  return begun;
}

/** By a rule: in the waves that the policy says. Where somebody may know the former keys, all at once, and these go as soon as the new ones are used. */
export async function openByPolicy(
  ctx: WriteContext,
  policy: RotationPolicyView,
  { chosen, trigger, reason }: { chosen: readonly string[]; trigger: RotationTrigger; reason: string },
): Promise<boolean> {
  const { canaryCount, wavePercent, soakSeconds, abortPercent, overlapSeconds } = policy;
  const urgent = trigger === "tamper" || trigger === "member_left";
  const plan = urgent
    ? { canaryCount: 0, wavePercent: 100, soakSeconds: 0, abortPercent: 100, overlapSeconds: 0 }
    : { canaryCount, wavePercent, soakSeconds, abortPercent, overlapSeconds };
  const opened = await openRotation(ctx, { ...plan, patienceSeconds: 900, chosen, target: { rule: `policy: ${trigger}` }, reason, trigger });
  return opened !== undefined;
}
