import { z } from "zod";
import { type PlatformPart, platformPartSchema } from "../platform/platform-view";
import { PROOF_HOURS, PROOF_REASONS, PROOF_STATES, type ProofState } from "./proof";
import { statementText } from "./statement-text";

/** The `typ` of a statement: never that of a token or receipt. */
export const STATEMENT_TYPE = "sallyport-posture+jwt";
export const STATEMENT_AUDIENCE = "sallyport-posture";

/** Of more devices that proved nothing than this, a statement names the first, and has a digest of all. */
const NAMED_DEVICES = 10_000;

const time = z.iso.datetime();

/** Payload of a statement's JWS. Documented in docs/posture.md; fields are added, never changed. */
export const statementSchema = z.object({
  iss: z.literal("sallyport"),
  aud: z.literal(STATEMENT_AUDIENCE),
  /** When it was signed, seconds since 1970. */
  iat: z.number().int(),
  fleet: z.object({ id: z.string(), name: z.string() }),
  from: time,
  to: time,
  text: z.string(),
  /** All that are not retired. */
  devices: z.number().int(),
  proved: z.number().int(),
  counts: z.record(z.enum(PROOF_STATES), z.number().int()),
  reasons: z.record(z.string(), z.string()),
  notProved: z.array(z.object({ id: z.string(), name: z.string(), state: z.enum(PROOF_STATES), reportedAt: time.nullable(), inbound: z.number().nullable() })),
  /** Are all of them named? */
  complete: z.boolean(),
  /** SHA-256 of a line `{device id} {state}` and a line feed for each device, sorted: the CSV file has the same. */
  sha256: z.string(),
  /** What the platform itself listens on. Older statements do not say. */
  platform: platformPartSchema.optional(),
});
export type Statement = z.output<typeof statementSchema>;

export interface ProvedDevice {
  id: string;
  name: string;
  state: ProofState;
  reportedAt: Date | null;
  inbound: number | null;
}

/** What is signed. `digest` is of `digestLines`. */
export function assembleStatement(
  fleet: Statement["fleet"],
  devices: readonly ProvedDevice[],
  { now, digest, platform }: { now: Date; digest: string; platform: PlatformPart },
): Statement {
  const counts = Object.fromEntries(PROOF_STATES.map((state) => [state, 0])) as Record<ProofState, number>;
  for (const { state } of devices) counts[state]++;
  const notProved = devices.filter(({ state }) => state !== "proved").toSorted(byUrgency);
  const { proved: _, ...reasons } = PROOF_REASONS;
  return {
    iss: "sallyport",
    aud: STATEMENT_AUDIENCE,
    iat: Math.floor(now.getTime() / 1000),
    fleet,
    from: new Date(now.getTime() - PROOF_HOURS * 3_600_000).toISOString(),
    to: now.toISOString(),
    text: statementText(counts.proved, devices.length),
    devices: devices.length,
    proved: counts.proved,
    counts,
    reasons,
    notProved: notProved
      .slice(0, NAMED_DEVICES)
      .map(({ id, name, state, reportedAt, inbound }) => ({ id, name, state, reportedAt: reportedAt?.toISOString() ?? null, inbound })),
    complete: notProved.length <= NAMED_DEVICES,
    sha256: digest,
    platform,
  };
}

export function digestLines(devices: readonly Pick<ProvedDevice, "id" | "state">[]): string {
  return devices
    .map(({ id, state }) => `${id} ${state}\n`)
    .toSorted()
    .join("");
}

function byUrgency(a: ProvedDevice, b: ProvedDevice): number {
  return PROOF_STATES.indexOf(a.state) - PROOF_STATES.indexOf(b.state) || a.name.localeCompare(b.name) || a.id.localeCompare(b.id);
}
