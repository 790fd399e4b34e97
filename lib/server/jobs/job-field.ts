import { notFound } from "@/lib/base/errors";
import type { LIFECYCLES } from "@/lib/domain/devices/device-view";
import type { JobAction } from "@/lib/domain/jobs/job-action";
import type { Transaction } from "../database/client";
import type { Bind } from "../query/compile-query";
import { type Queryable, runQuery } from "../query/run-query";

/** The value that a job is about, as SQL over `device d`. Null where there is none. */
export function currentSql(action: JobAction, bind: Bind): string {
  if (action.kind === "set_tag" || action.kind === "remove_tag")
    return `(select t.value from tag t where t.device_id = d.id and t.key = ${bind(action.key)}::text)`;
  if (action.kind === "move") return "d.site_id";
  if (action.kind === "set_profile") return "d.profile_id";
  if (action.kind === "acknowledge")
    return "(select count(*)::text from alert a where a.device_id = d.id and a.state = 'firing' and a.acknowledged_at is null)";
  return "d.lifecycle::text";
}

/**
 * The value that the action gives every device: a tag's, an id of a site or profile, a lifecycle; for `acknowledge` that no alert is
 * left. Undefined: a site that is not there yet. Throws `not_found` for a profile that is not there.
 */
export async function wantedValue(store: Pick<Transaction, "site" | "profile">, fleetId: string, action: JobAction): Promise<string | null | undefined> {
  if (action.kind === "set_tag") return action.value;
  if (action.kind === "remove_tag") return null;
  if (action.kind === "suspend") return "suspended";
  if (action.kind === "resume") return "active";
  if (action.kind === "retire") return "retired";
  if (action.kind === "acknowledge") return "0";
  if (action.kind === "move") {
    if (action.site === null) return null;
    return (await store.site.findFirst({ where: { fleetId, name: action.site }, select: { id: true } }))?.id;
  }
  const profile = await store.profile.findFirst({ where: { fleetId, name: action.profile }, select: { id: true } });
  if (!profile) throw notFound(`profile "${action.profile}"`);
  return profile.id;
}

export interface DeviceNow {
  id: string;
  lifecycle: (typeof LIFECYCLES)[number];
  current: string | null;
  tags: number;
}

/** These devices of the fleet as they are now. */
export function devicesNow(db: Queryable, fleetId: string, action: JobAction, ids: readonly string[]): Promise<DeviceNow[]> {
  const values: unknown[] = [fleetId, ids];
  const current = currentSql(action, (value) => `$${values.push(value)}`);
  return runQuery<DeviceNow>(
    db,
    `select d.id, d.lifecycle::text as lifecycle, ${current} as current, (select count(*)::int from tag t where t.device_id = d.id) as tags
     from device d where d.fleet_id = $1::text and d.id = any($2::text[])`,
    values,
  );
}
