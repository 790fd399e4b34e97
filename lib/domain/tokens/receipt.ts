import { z } from "zod";

/** What became of a session that was open with a revoked token. */
export const SESSION_OUTCOMES = ["open", "cut", "ended", "removed", "broker_restarted", "not_cut"] as const;
export type SessionOutcome = (typeof SESSION_OUTCOMES)[number];

/** The `typ` of a receipt: never that of an access token. */
export const RECEIPT_TYPE = "sallyport-receipt+jwt";
export const RECEIPT_AUDIENCE = "sallyport-receipt";

/** A session that opened just before may be recorded just after: so long nothing is settled. */
const SLIP_IN_MS = 1_000;
/** After this long what is still open is stated as not cut. */
const PATIENCE_MS = 60_000;
/** Of more tokens than this, a receipt names those that had a session, and a digest of all. */
const NAMED_TOKENS = 200;

export interface RevokedSessionFacts {
  broker: string;
  clientId: string;
  subject: string;
  tokenId: string;
  address: string;
  connectedAt: Date | null;
  /** When the broker closed it; null while nobody has said so. */
  cutAt: Date | null;
  endReason: string | null;
}

/** `given_up`: a receipt has been, or is being, made without its end. */
export function outcomeOf({ cutAt, endReason }: Pick<RevokedSessionFacts, "cutAt" | "endReason">, givenUp: boolean): SessionOutcome {
  if (cutAt === null) return givenUp ? "not_cut" : "open";
  if (endReason === "TOKEN_REVOKED") return "cut";
  // Mosquitto: its right to be there was taken, and whatever was connected is closed with that; it does not say whether anything was.
  if (endReason === "ACCESS_REMOVED") return "removed";
  // A killed broker's sessions are closed in the records by its next run; an orderly stop closes them itself.
  return endReason === "SERVER_ERROR" || endReason === "SERVER_INITIATED_DISCONNECT" ? "broker_restarted" : "ended";
}

/** From the revocation to the end, where the end was seen when it happened. Clocks of two machines may make it negative. */
export function millisecondsUntil(at: Date, session: Pick<RevokedSessionFacts, "cutAt" | "endReason">): number | null {
  const seen = session.cutAt !== null && outcomeOf(session, false) !== "broker_restarted";
  return seen && session.cutAt ? session.cutAt.getTime() - at.getTime() : null;
}

/**
 * May the receipt be signed? When every session has ended and all brokers were looked at since; else, after a minute, with what is
 * open stated as not cut. `lookedAt`: when the last look began that each broker without events of its own has had.
 */
export function maySettle({ at, now, open, lookedAt }: { at: Date; now: Date; open: number; lookedAt: Date | undefined }): boolean {
  const age = now.getTime() - at.getTime();
  if (age >= PATIENCE_MS) return true;
  return age >= SLIP_IN_MS && open === 0 && (lookedAt === undefined || lookedAt >= at);
}

const time = z.iso.datetime();

/** Payload of a receipt's JWS. Documented in docs/tokens.md; fields are added, never changed. */
export const receiptSchema = z.object({
  iss: z.literal("sallyport"),
  aud: z.literal(RECEIPT_AUDIENCE),
  /** When it was signed, seconds since 1970. */
  iat: z.number().int(),
  /** The revocation. */
  jti: z.string(),
  /** 1, and one more each time a session was cut after a receipt said that it was not. */
  version: z.number().int(),
  fleet: z.string(),
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  at: time,
  reason: z.string(),
  selector: z.record(z.string(), z.string()),
  /** `sha256` is of all ids, sorted, each followed by a line feed. */
  tokens: z.object({ count: z.number().int(), ids: z.array(z.string()), complete: z.boolean(), sha256: z.string() }),
  summary: z.object({
    sessions: z.number().int(),
    cut: z.number().int(),
    ended: z.number().int(),
    removed: z.number().int(),
    brokerRestarted: z.number().int(),
    notCut: z.number().int(),
    lastCutMilliseconds: z.number().nullable(),
  }),
  sessions: z.array(
    z.object({
      broker: z.string(),
      clientId: z.string(),
      subject: z.string(),
      tokenId: z.string(),
      address: z.string(),
      connectedAt: time.nullable(),
      cutAt: time.nullable(),
      milliseconds: z.number().nullable(),
      outcome: z.enum(SESSION_OUTCOMES),
    }),
  ),
  reconnectsRefused: z.number().int(),
  clocks: z.string(),
});
export type Receipt = z.output<typeof receiptSchema>;

const CLOCKS =
  "`at` is the clock of the process that revoked. `cutAt` is the embedded broker's own clock, or, at another broker, ours when its API had confirmed. On several machines they may differ.";

export interface ReceiptFacts {
  id: string;
  fleetId: string;
  actor: Receipt["actor"];
  at: Date;
  reason: string;
  selector: Record<string, string>;
  /** All of them. */
  tokenIds: readonly string[];
  tokensDigest: string;
  sessions: readonly RevokedSessionFacts[];
  reconnectsRefused: number;
}

/** What is signed. Sessions come by their end, those without one last. */
export function assembleReceipt(facts: ReceiptFacts, { version, now }: { version: number; now: Date }): Receipt {
  const sessions = facts.sessions.toSorted(byEnd).map((session) => ({
    broker: session.broker,
    clientId: session.clientId,
    subject: session.subject,
    tokenId: session.tokenId,
    address: session.address,
    connectedAt: session.connectedAt?.toISOString() ?? null,
    cutAt: session.cutAt?.toISOString() ?? null,
    milliseconds: millisecondsUntil(facts.at, session),
    outcome: outcomeOf(session, true),
  }));
  const complete = facts.tokenIds.length <= NAMED_TOKENS;
  const named = complete ? facts.tokenIds : [...new Set(sessions.map(({ tokenId }) => tokenId))];
  return {
    iss: "sallyport",
    aud: RECEIPT_AUDIENCE,
    iat: Math.floor(now.getTime() / 1000),
    jti: facts.id,
    version,
    fleet: facts.fleetId,
    actor: facts.actor,
    at: facts.at.toISOString(),
    reason: facts.reason,
    selector: facts.selector,
    tokens: { count: facts.tokenIds.length, ids: named.toSorted(), complete, sha256: facts.tokensDigest },
    summary: summarize(facts.at, facts.sessions),
    sessions,
    reconnectsRefused: facts.reconnectsRefused,
    clocks: CLOCKS,
  };
}

/** Does a receipt say of its sessions what is known now? */
export function saysTheSame(receipt: Receipt, fresh: Receipt): boolean {
  return JSON.stringify(receipt.sessions) === JSON.stringify(fresh.sessions);
}

function summarize(at: Date, sessions: readonly RevokedSessionFacts[]): Receipt["summary"] {
  const outcomes = sessions.map((session) => outcomeOf(session, true));
  const count = (outcome: SessionOutcome) => outcomes.filter((one) => one === outcome).length;
  const cuts = sessions.flatMap((session) => (outcomeOf(session, true) === "cut" ? (millisecondsUntil(at, session) ?? []) : []));
  return {
    sessions: sessions.length,
    cut: count("cut"),
    ended: count("ended"),
    removed: count("removed"),
    brokerRestarted: count("broker_restarted"),
    notCut: count("not_cut"),
    lastCutMilliseconds: cuts.length > 0 ? cuts.reduce((a, b) => Math.max(a, b)) : null,
  };
}

function byEnd(a: RevokedSessionFacts, b: RevokedSessionFacts): number {
  const ends = (a.cutAt?.getTime() ?? Number.MAX_SAFE_INTEGER) - (b.cutAt?.getTime() ?? Number.MAX_SAFE_INTEGER);
  return ends || a.broker.localeCompare(b.broker) || a.clientId.localeCompare(b.clientId) || a.tokenId.localeCompare(b.tokenId);
}
