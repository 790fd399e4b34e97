import { notFound, SallyportError } from "@/lib/base/errors";
import type { RevocationSelector } from "@/lib/domain/tokens/revocation-view";
import { type Queryable, runQuery } from "../../query/run-query";
import { tokenIdsMatching } from "../match-tokens";

/** Brokers accept a token for a minute after its end (clock tolerance), so that long it can still be revoked. */
const PAST_MS = 120_000;
/** In one revocation, that is in one transaction. */
const MOST = 50_000;

export interface Selected {
  /** Tokens that can be revoked: not revoked, and not ended for good. In the order of ids. */
  tokenIds: string[];
  /** All of a subject are meant, those that we have no record of too: what was issued before is void. */
  cutoff?: { subject: string; issuedBefore: Date };
}

interface Where {
  db: Queryable;
  fleetId: string;
  now: Date;
}

/** The tokens that a selector means in this fleet. Of another fleet, or nowhere, is `not_found`. */
export async function selectTokens(where: Where, selector: RevocationSelector): Promise<Selected> {
  const { now } = where;
  if ("tokenId" in selector) {
    await mustExist(where, "token", "select 1 from access_token t where t.fleet_id = $1::text and t.id = $2::text", selector.tokenId);
    return { tokenIds: await revocable(where, "t.id = $4::text", selector.tokenId) };
  }
  if ("deviceId" in selector) {
    await mustExist(where, "device", "select 1 from device where fleet_id = $1::text and id = $2::text", selector.deviceId);
    return { tokenIds: await revocable(where, "t.subject = $4::text", selector.deviceId), cutoff: { subject: selector.deviceId, issuedBefore: now } };
  }
  if ("batchId" in selector) {
    await mustExist(where, "batch", "select 1 from access_token t where t.fleet_id = $1::text and t.batch_id = $2::text limit 1", selector.batchId);
    return { tokenIds: await revocable(where, "t.batch_id = $4::text", selector.batchId) };
  }
  if ("kid" in selector) {
    await mustExist(where, "signing key", "select 1 from access_token t where t.fleet_id = $1::text and t.kid = $2::text limit 1", selector.kid);
    return { tokenIds: await revocable(where, "t.kid = $4::text", selector.kid) };
  }
  if ("subject" in selector) return selectSubject(where, selector);
  const matching = await tokenIdsMatching(where.db, where.fleetId, selector.query, now, MOST + 1);
  if (matching.length > MOST) throw tooMany();
  return { tokenIds: await revocable(where, "t.id = any($4::text[])", matching) };
}

async function selectSubject(where: Where, { subject, issuedBefore }: { subject: string; issuedBefore?: string | undefined }): Promise<Selected> {
  if (issuedBefore === undefined) return { tokenIds: await revocable(where, "t.subject = $4::text", subject), cutoff: { subject, issuedBefore: where.now } };
  const before = new Date(issuedBefore);
  if (before > where.now) {
    const message = "Is in the future: tokens that are granted until then would be void at once.";
    throw new SallyportError("invalid_input", `selector.issuedBefore: ${message}`, { fields: [{ path: "selector.issuedBefore", message }] });
  }
  return {
    tokenIds: await revocable(where, "t.subject = $4::text and t.issued_at < $5::timestamptz", subject, before),
    cutoff: { subject, issuedBefore: before },
  };
}

async function revocable({ db, fleetId, now }: Where, condition: string, ...values: unknown[]): Promise<string[]> {
  const text = `select t.id from access_token t
    where t.fleet_id = $1::text and t.revoked_at is null and t.expires_at > $2::timestamptz and ${condition} order by t.id limit $3::int`;
  const rows = await runQuery<{ id: string }>(db, text, [fleetId, new Date(now.getTime() - PAST_MS), MOST + 1, ...values]);
  if (rows.length > MOST) throw tooMany();
  return rows.map(({ id }) => id);
}

async function mustExist({ db, fleetId }: Where, what: string, text: string, id: string): Promise<void> {
  if ((await runQuery(db, text, [fleetId, id])).length === 0) throw notFound(what);
}

function tooMany(): SallyportError {
  return new SallyportError("too_large", `More than ${MOST.toLocaleString("en")} tokens match; that many are not revoked at once.`, {
    hint: "Say it more narrowly, and revoke one part after the other.",
  });
}
