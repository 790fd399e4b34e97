import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { millisecondsUntil, outcomeOf, type RevokedSessionFacts } from "@/lib/domain/tokens/receipt";
import type { RevocationView, RevokedSessionView } from "@/lib/domain/tokens/revocation-view";
import type { Context } from "../../context";
import { readVerb } from "../../verb";
import { REVOCATION_ROW, type RevocationRowRecord, revocationRow, WITH_COUNTS } from "./list-revocations";
import { countRefusedReconnects, loadRevokedSessions } from "./load-revocation";

/** Of more, the receipt tells. */
const SHOWN_SESSIONS = 500;
const SHOWN_TOKENS = 100;

type Row = RevocationRowRecord & { receiptVersion: number; ended: number; brokerRestarted: number };

/** One revocation, as far as its sessions have ended by now. */
export const getRevocation = readVerb({
  permission: "tokens:read",
  input: z.object({ revocationId: z.string().max(64) }),
  async run(ctx, { revocationId }): Promise<RevocationView> {
    const { pool } = ctx.database;
    const { rows } = await pool.query<Omit<Row, "ended" | "brokerRestarted">>(
      `select ${REVOCATION_ROW}, r.receipt_version as "receiptVersion" from revocation r ${WITH_COUNTS} where r.id = $1 and r.fleet_id = $2`,
      [revocationId, ctx.fleetId],
    );
    const [row] = rows;
    if (!row) throw notFound("revocation");
    const [sessions, tokens, reconnectsRefused, restarted] = await Promise.all([
      loadRevokedSessions(pool, revocationId, SHOWN_SESSIONS),
      pool.query<{ id: string; label: string; subject: string }>(
        "select t.id, t.label, t.subject from revoked_token k join access_token t on t.id = k.token_id where k.revocation_id = $1 order by t.id limit $2",
        [revocationId, SHOWN_TOKENS],
      ),
      countRefusedReconnects(pool, revocationId, row.at),
      countRestarted(ctx, revocationId),
    ]);
    const names = await subjectNames(ctx, [...sessions, ...tokens.rows]);
    const { receiptVersion, ...rest } = row;
    return {
      ...revocationRow(rest),
      now: ctx.clock.now().toISOString(),
      sessionList: sessions.map((session) => sessionView(session, row, names)),
      tokenList: tokens.rows.map((token) => ({ ...token, subjectName: names.get(token.subject) ?? null })),
      brokerRestarted: restarted,
      ended: row.sessions - row.cut - row.open - restarted,
      reconnectsRefused,
      receiptVersion,
    };
  },
});

function sessionView(
  session: RevokedSessionFacts,
  { at, settledAt }: { at: Date; settledAt: Date | null },
  names: ReadonlyMap<string, string>,
): RevokedSessionView {
  return {
    ...session,
    subjectName: names.get(session.subject) ?? null,
    connectedAt: session.connectedAt?.toISOString() ?? null,
    cutAt: session.cutAt?.toISOString() ?? null,
    milliseconds: millisecondsUntil(at, session),
    outcome: outcomeOf(session, settledAt !== null),
  };
}

async function countRestarted({ database }: Context, revocationId: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::int as count from revoked_session k left join session s on s.number = k.session_number and k.session_number > 0
     where k.revocation_id = $1 and coalesce(k.end_reason, s.disconnect_reason) in ('SERVER_ERROR', 'SERVER_INITIATED_DISCONNECT')`,
    [revocationId],
  );
  return rows[0]?.count ?? 0;
}

async function subjectNames({ database, fleetId }: Context, of: readonly { subject: string }[]): Promise<Map<string, string>> {
  const { rows } = await database.pool.query<{ id: string; name: string }>(
    `select id, name from device where fleet_id = $1 and id = any($2) union all select id, name from service where fleet_id = $1 and id = any($2)
     union all select id, name from api_key where fleet_id = $1 and id = any($2)
     union all select u.id, u.name from membership m join "user" u on u.id = m.user_id where m.fleet_id = $1 and u.id = any($2)`,
    [fleetId, [...new Set(of.map(({ subject }) => subject))]],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
