import { z } from "zod";
import { PRESENCE_CAUSES, PRESENCE_STATES } from "@/lib/protocol/presence";
import { FACTOR_KINDS } from "./factors";

const time = z.iso.datetime();
const shared = z.object({ factor: z.enum(FACTOR_KINDS), value: z.string(), label: z.string() });

const statisticSchema = z.object({
  lost: z.number().int(),
  group: z.number().int(),
  lostElsewhere: z.number().int(),
  elsewhere: z.number().int(),
  tests: z.number().int(),
  log10Chance: z.number(),
});

export const outageSchema = shared.extend({
  id: z.string(),
  /** The answer in a sentence, as of now. */
  title: z.string(),
  startedAt: time,
  openedAt: time,
  closedAt: time.nullable(),
  /** `returned`: its devices are back. `merged`: part of another outage. `left_behind`: who is still away has an outage of its own. `withdrawn`: no shared cause after all. */
  closedReason: z.enum(["returned", "merged", "left_behind", "withdrawn"]).nullable(),
  mergedIntoId: z.string().nullable(),
  devices: z.number().int(),
  /** Of these devices, those still away; counted until it closed. */
  away: z.number().int(),
  /** Alerts of offline rules that are not raised because this outage explains them. */
  heldBack: z.number().int(),
  /** Where its devices stand, most devices first; at most 20. */
  sites: z.array(z.object({ name: z.string().nullable(), devices: z.number().int() })),
  statistic: statisticSchema,
  /** What all of its devices have in common besides. */
  alsoShared: z.array(shared),
  acknowledgedAt: time.nullable(),
  acknowledgedBy: z.string().nullable(),
  comment: z.string().nullable(),
  version: z.number().int(),
});
export type OutageView = z.output<typeof outageSchema>;

/** With its course: how many of its devices were away from each of these moments on, oldest first, at most some hundred. */
export const outageDetailSchema = outageSchema.extend({ course: z.array(z.object({ at: time, away: z.number().int() })) });
export type OutageDetail = z.output<typeof outageDetailSchema>;

/** One device of an outage. */
export const outageDeviceSchema = z.object({
  id: z.string(),
  name: z.string(),
  site: z.string().nullable(),
  lostAt: time,
  cause: z.enum(PRESENCE_CAUSES),
  backAt: time.nullable(),
  /** What is believed of it now. */
  state: z.enum(PRESENCE_STATES),
});
export type OutageDeviceView = z.output<typeof outageDeviceSchema>;
