import { z } from "zod";
import { FINDING_KINDS } from "./compare-posture";
import { PROOF_STATES } from "./proof";

const time = z.iso.datetime();
const named = z.object({ id: z.string(), name: z.string() });

const VERDICTS = ["violation", "allowed", "loopback"] as const;

export const findingSchema = z.object({
  kind: z.enum(FINDING_KINDS),
  what: z.string(),
  verdict: z.enum(VERDICTS),
  evidence: z.string(),
  since: time,
  lastAt: time,
  endedAt: time.nullable(),
});
export type FindingView = z.output<typeof findingSchema>;

export const postureRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  site: named.nullable(),
  profile: named,
  state: z.enum(PROOF_STATES),
  /** Its newest report. */
  reportedAt: time.nullable(),
  /** Since when it listens, or nothing does; of others when it last listened or reported. Null: it never reported. */
  since: time.nullable(),
  /** Sockets that listen outside of loopback, by its newest report. */
  inbound: z.number().int().nullable(),
  /** What is known of them by name, and of other violations. */
  findings: z.array(findingSchema),
});
export type PostureRow = z.output<typeof postureRowSchema>;

/** The statement of the fleet, or of the devices that a query picks. */
export const postureListSchema = z.object({
  from: time,
  to: time,
  devices: z.number().int(),
  counts: z.record(z.enum(PROOF_STATES), z.number().int()),
  /** Devices with a violation now. */
  violating: z.number().int(),
  items: z.array(postureRowSchema),
  nextCursor: z.string().nullable(),
  total: z.number().int(),
});
export type PostureList = z.output<typeof postureListSchema>;

export const postureListInputSchema = z.object({
  /** The query language (docs/query.md). */
  q: z.string().trim().optional(),
  state: z.array(z.enum(PROOF_STATES)).max(PROOF_STATES.length).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(500).optional(),
});

/** What a device page shows of its newest report. */
export const devicePostureSchema = z.object({
  receivedAt: time,
  listeningTcp: z.number().int(),
  listeningUdp: z.number().int(),
  inbound: z.number().int().nullable(),
  inboundSince: time,
  ports: z.array(z.object({ protocol: z.enum(["tcp", "udp"]), port: z.number().int(), interface: z.string().nullable() })),
  destinations: z.array(z.string()),
  /** Open ones, then violations that ended, newest first. */
  findings: z.array(findingSchema),
});
