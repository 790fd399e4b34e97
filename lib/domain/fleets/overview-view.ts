import { z } from "zod";
import { liveEventSchema, liveSummarySchema } from "@/lib/protocol/live";
import { PRESENCE_STATES } from "@/lib/protocol/presence";
import { FACTOR_KINDS } from "../outages/factors";

const states = z.enum(PRESENCE_STATES);

/** Everything the overview shows before the first live message. */
export const overviewSchema = z.object({
  fleet: z.object({ id: z.string(), name: z.string() }),
  summary: liveSummarySchema,
  /** Worst site first. `cells`: one per device, worst first, at most 400 a site; counts are always exact. */
  sites: z.array(
    z.object({
      id: z.string().nullable(),
      name: z.string(),
      devices: z.number().int(),
      counts: z.record(states, z.number().int()),
      cells: z.array(z.object({ id: z.string(), name: z.string(), state: states })),
    }),
  ),
  events: z.array(liveEventSchema),
  /** Messages stored per minute over the last hour, oldest first. */
  rate: z.array(z.object({ at: z.iso.datetime(), count: z.number().int() })),
  health: z.array(z.object({ part: z.enum(["database", "broker", "worker"]), ok: z.boolean(), detail: z.string() })),
});
export type Overview = z.output<typeof overviewSchema>;

/** A device's presence changes and sessions, newest first. */
export const timelineEntrySchema = z.object({
  at: z.iso.datetime(),
  state: states,
  cause: z.string(),
  sessionNumber: z.string().nullable(),
  /** The outage that explains this absence. */
  outage: z.object({ id: z.string(), factor: z.enum(FACTOR_KINDS), label: z.string() }).nullable(),
});
export type TimelineEntry = z.output<typeof timelineEntrySchema>;

export const auditEventSchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  via: z.string(),
  action: z.string(),
  objectKind: z.string(),
  objectId: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  requestId: z.string(),
});
export type AuditEventView = z.output<typeof auditEventSchema>;
