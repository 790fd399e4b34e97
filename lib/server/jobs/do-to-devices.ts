import type { LIFECYCLES } from "@/lib/domain/devices/device-view";
import type { JobAction } from "@/lib/domain/jobs/job-action";
import { decommission } from "../devices/decommission";
import { revokeTokensOfDevice } from "../tokens";
import type { WriteContext } from "../verb";
import { acknowledgeAlertsOf } from "./acknowledge-alerts";

/** A device that the portion changes: what its value is, and what it becomes. */
export interface Doing {
  id: string;
  lifecycle: (typeof LIFECYCLES)[number];
  before: string | null;
  after: string | null;
}

interface Of {
  jobId: string;
  action: JobAction;
  reason: string;
}

/** Changes these devices of the fleet, which the caller has locked, and audits each. */
export async function doToDevices(ctx: WriteContext, { jobId, action, reason }: Of, doing: readonly Doing[]): Promise<void> {
  if (action.kind === "acknowledge") return acknowledgeAlertsOf(ctx, { jobId, comment: action.comment, deviceIds: doing.map(({ id }) => id) });
  if (action.kind === "retire") {
    for (const { id, lifecycle } of doing) await decommission(ctx, { deviceId: id, lifecycle, reason, jobId });
    return;
  }
  await WRITERS[action.kind](ctx, doing, action.kind === "set_tag" || action.kind === "remove_tag" ? action.key : "");
  await auditEach(ctx, jobId, action, doing);
}

type Writer = (ctx: WriteContext, doing: readonly Doing[], key: string) => Promise<void>;

const ids = (doing: readonly Doing[]) => doing.map(({ id }) => id);
const values = (doing: readonly Doing[]) => doing.map(({ after }) => after);

const writeTags: Writer = async ({ tx, now }, doing, key) => {
  const [set, gone] = [doing.filter(({ after }) => after !== null), doing.filter(({ after }) => after === null)];
  if (gone.length > 0) await tx.tag.deleteMany({ where: { key, deviceId: { in: ids(gone) } } });
  if (set.length > 0)
    await tx.$executeRaw`
      insert into tag (device_id, key, value) select id, ${key}, value from unnest(${ids(set)}::text[], ${values(set)}::text[]) as x(id, value)
      on conflict (device_id, key) do update set value = excluded.value`;
  await tx.$executeRaw`update device set updated_at = ${now}::timestamptz where id = any(${ids(doing)}::text[])`;
};

const writeSites: Writer = async ({ tx, now }, doing) => {
  await tx.$executeRaw`
    update device d set site_id = x.value, updated_at = ${now}::timestamptz
    from unnest(${ids(doing)}::text[], ${values(doing)}::text[]) as x(id, value) where d.id = x.id`;
};

const writeProfiles: Writer = async ({ tx, now }, doing) => {
  await tx.$executeRaw`
    update device d set profile_id = x.value, updated_at = ${now}::timestamptz
    from unnest(${ids(doing)}::text[], ${values(doing)}::text[]) as x(id, value) where d.id = x.id`;
};

/** Suspended ones lose their tokens, each with a receipt of its own. */
const writeLifecycles: Writer = async (ctx, doing) => {
  await ctx.tx.$executeRaw`
    update device d set lifecycle = x.value::"Lifecycle", updated_at = ${ctx.now}::timestamptz
    from unnest(${ids(doing)}::text[], ${values(doing)}::text[]) as x(id, value) where d.id = x.id`;
  for (const { id, after } of doing) if (after === "suspended") await revokeTokensOfDevice(ctx, { deviceId: id, reason: "device suspended" });
};

const WRITERS: Record<Exclude<JobAction["kind"], "retire" | "acknowledge">, Writer> = {
  set_tag: writeTags,
  remove_tag: writeTags,
  move: writeSites,
  set_profile: writeProfiles,
  suspend: writeLifecycles,
  resume: writeLifecycles,
};

async function auditEach(ctx: WriteContext, jobId: string, action: JobAction, doing: readonly Doing[]): Promise<void> {
  const names = await namesOf(ctx, action, doing);
  const told = (value: string | null): object => {
    if (action.kind === "set_tag" || action.kind === "remove_tag") return { tags: value === null ? {} : { [action.key]: value } };
    const name = value === null ? null : (names.get(value) ?? value);
    return action.kind === "move" ? { site: name } : action.kind === "set_profile" ? { profile: name } : { lifecycle: value };
  };
  await ctx.auditAll(
    doing.map(({ id, before, after }) => ({
      action: "device.changed",
      objectKind: "device",
      objectId: id,
      before: told(before),
      after: { ...told(after), job: jobId },
    })),
  );
}

/** The audit log tells sites and profiles by their names. */
async function namesOf({ tx, fleetId }: WriteContext, { kind }: JobAction, doing: readonly Doing[]): Promise<Map<string, string>> {
  const wanted = {
    where: { fleetId, id: { in: [...new Set(doing.flatMap(({ before, after }) => [before ?? [], after ?? []].flat()))] } },
    select: { id: true, name: true },
  };
  const found = kind === "move" ? await tx.site.findMany(wanted) : kind === "set_profile" ? await tx.profile.findMany(wanted) : [];
  return new Map(found.map(({ id, name }) => [id, name]));
}
