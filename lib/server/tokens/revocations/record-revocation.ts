import { newId } from "@/lib/base/ids";
import type { RevocationSelector } from "@/lib/domain/tokens/revocation-view";
import { CHANNELS } from "../../database/notify";
import type { WriteContext } from "../../verb";
import { awaitCut } from "../await-cut";
import type { Selected } from "./select-tokens";
import { snapshotSessions } from "./snapshot-sessions";

/** A notification holds at most 8,000 bytes. */
const IDS_PER_NOTIFICATION = 300;

export interface RevokedTokenRow {
  id: string;
  subject: string;
  subjectKind: string;
}

export interface RecordedRevocation {
  revocationId: string;
  tokens: RevokedTokenRow[];
}

/**
 * The one way in which access tokens are taken back, inside a verb's transaction: their rows, the notification that makes brokers
 * cut, the record of the act with every session that is open now, and the audit row. The verb answers when brokers have cut.
 * `ctx.fleetId` is the fleet. Undefined when nothing was left to revoke.
 */
export async function recordRevocation(
  ctx: WriteContext,
  { tokenIds, cutoff, selector, reason }: Selected & { selector: RevocationSelector; reason: string },
): Promise<RecordedRevocation | undefined> {
  const tokens = await markRevoked(ctx, tokenIds, reason);
  if (tokens.length === 0 && !cutoff) return undefined;
  const revocationId = newId("revocation");
  const said = cutoff && "subject" in selector ? { ...selector, issuedBefore: cutoff.issuedBefore.toISOString() } : selector;
  const { kind: actorKind, id: actorId, name: actorName } = ctx.actor;
  await ctx.tx.revocation.create({
    data: { id: revocationId, fleetId: ctx.fleetId, at: ctx.now, actorKind, actorId, actorName, reason, selector: said, tokenCount: tokens.length },
  });
  const ids = tokens.map(({ id }) => id);
  await ctx.tx.$executeRaw`insert into revoked_token (revocation_id, token_id) select ${revocationId}, id from unnest(${ids}::text[]) as t(id)`;
  if (cutoff) await writeCutoff(ctx, cutoff);
  await snapshotSessions(ctx.tx, { revocationId, fleetId: ctx.fleetId, now: ctx.now, tokenIds: ids, cutoff });
  await auditRevocation(ctx, { revocationId, tokens, selector: said, reason });
  ctx.afterCommit(() => awaitCut(ctx.database, { revocationId }));
  return { revocationId, tokens };
}

/** Locked in the order of ids, as the broker locks the tokens whose use it writes down: neither waits for the other in a circle. */
export async function markRevoked(ctx: WriteContext, tokenIds: readonly string[], reason: string): Promise<RevokedTokenRow[]> {
  const tokens = await ctx.tx.$queryRaw<RevokedTokenRow[]>`
    with locked as (
      select id from access_token where id = any(${tokenIds}::text[]) and revoked_at is null order by id for no key update)
    update access_token t set revoked_at = ${ctx.now}::timestamptz, revoked_reason = ${reason} from locked where t.id = locked.id
    returning t.id, t.subject, t.subject_kind::text as "subjectKind"`;
  const ids = tokens.map(({ id }) => id);
  for (let i = 0; i < ids.length; i += IDS_PER_NOTIFICATION)
    await ctx.tx.$executeRaw`select pg_notify(${CHANNELS.tokenRevoked}, ${JSON.stringify(ids.slice(i, i + IDS_PER_NOTIFICATION))})`;
  return tokens;
}

/** Only ever rises. */
export async function writeCutoff(ctx: WriteContext, { subject, issuedBefore }: { subject: string; issuedBefore: Date }): Promise<void> {
  await ctx.tx.$executeRaw`
    insert into subject_cutoff (fleet_id, subject, issued_before) values (${ctx.fleetId}, ${subject}, ${issuedBefore}::timestamptz)
    on conflict (fleet_id, subject) do update set issued_before = greatest(subject_cutoff.issued_before, excluded.issued_before)`;
  const cutoff = { fleetId: ctx.fleetId, subject, issuedBefore: issuedBefore.toISOString() };
  await ctx.tx.$executeRaw`select pg_notify(${CHANNELS.tokenRevoked}, ${JSON.stringify({ cutoff })})`;
}

interface Done extends RecordedRevocation {
  selector: RevocationSelector;
  reason: string;
}

/** One token is told as itself; several, or a subject whose tokens we may not know, as the revocation. */
async function auditRevocation(ctx: WriteContext, { revocationId, tokens, selector, reason }: Done): Promise<void> {
  const [token] = tokens;
  if (token && tokens.length === 1)
    await ctx.audit({ action: "token.revoked", objectKind: "token", objectId: token.id, after: { subject: token.subject, reason, revocationId } });
  else await ctx.audit({ action: "tokens.revoked", objectKind: "revocation", objectId: revocationId, after: { selector, reason, tokens: tokens.length } });
}
