import { notFound, SallyportError } from "@/lib/base/errors";
import { DEVICE_CATALOGUE } from "@/lib/domain/devices/device-fields";
import { JOB_MOST_DEVICES, JOB_TRAITS, type JobAction, RETIRE_ALONE } from "@/lib/domain/jobs/job-action";
import type { JobTarget } from "@/lib/domain/jobs/job-view";
import { termsOf } from "@/lib/domain/query/query-ast";
import { authorize, type Context } from "../context";
import type { Transaction } from "../database/client";
import { deviceIdsMatching } from "../devices/match-devices";
import { readActionQuery } from "../query/read-query";
import { type Queryable, runQuery } from "../query/run-query";

/** Throws `forbidden` for who may not do this, or would find values out by it that they may not see. */
export function authorizeJob(ctx: Context, action: JobAction, { query }: JobTarget): void {
  authorize(ctx, JOB_TRAITS[action.kind].permission);
  if (query !== undefined && termsOf(readActionQuery(query, DEVICE_CATALOGUE)).some(({ field }) => field === "metric")) authorize(ctx, "telemetry:read");
}

/** Ids of the devices that are meant, in the order of ids. One that is not of this fleet is not there. */
export async function chooseDevices(db: Queryable, fleetId: string, { query, deviceIds = [] }: JobTarget, now: Date): Promise<string[]> {
  if (query !== undefined) {
    const ids = await deviceIdsMatching(db, fleetId, query, now, JOB_MOST_DEVICES + 1);
    if (ids.length > JOB_MOST_DEVICES) throw tooMany();
    return ids;
  }
  const wanted = [...new Set(deviceIds)];
  const found = await runQuery<{ id: string }>(db, "select id from device where fleet_id = $1::text and id = any($2::text[]) order by id", [fleetId, wanted]);
  if (found.length !== wanted.length) throw notFound("device");
  return found.map(({ id }) => id);
}

/** Where the fleet asks for four eyes, retiring many needs a second admin. */
export async function needsApproval(store: Pick<Transaction, "fleet">, fleetId: string, { kind }: JobAction, devices: number): Promise<boolean> {
  if (kind !== "retire" || devices <= RETIRE_ALONE) return false;
  return (await store.fleet.findUniqueOrThrow({ where: { id: fleetId }, select: { tokenFourEyes: true } })).tokenFourEyes;
}

function tooMany(): SallyportError {
  return new SallyportError("too_large", `More devices match than one job takes (${JOB_MOST_DEVICES.toLocaleString("en")}).`, {
    hint: "Narrow it with a query, for example by site.",
  });
}
