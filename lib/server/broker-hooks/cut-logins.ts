import type { StepContext } from "../step";
import type { ExternalBroker, LoginKey } from "./logins";
import { recordCut } from "./record-cut";

/** Ends sessions at an external broker that cannot do it itself. */
export interface SessionDriver {
  broker: ExternalBroker;
  /** Closes what is connected as this user with this client id. Answers how many; throws when the broker does not answer. */
  cut(session: { subject: string; clientId: string }): Promise<number>;
}

/** A CONNECT that we answered just before may become a session just after: so long we look again. */
const SETTLED_MS = 10_000;
const AT_ONCE = 200;

/**
 * Cuts every session whose token was revoked or is at its end. A login is forgotten when nothing is connected with it any more, so
 * that a broker that is away now is dealt with when it is back. Answers what was cut.
 */
export async function cutLogins({ database, clock, log }: StepContext, driver: SessionDriver): Promise<LoginKey[]> {
  const now = clock.now();
  const { rows } = await database.pool.query<{ subject: string; clientId: string; tokenId: string; at: Date; endedAt: Date }>(
    `select l.subject, l.client_id as "clientId", l.token_id as "tokenId", l.at, least(l.expires_at, t.revoked_at) as "endedAt"
     from broker_login l join access_token t on t.id = l.token_id
     where l.broker = $1 and (l.expires_at <= $2 or t.revoked_at is not null) order by l.at limit $3`,
    [driver.broker, now, AT_ONCE],
  );
  const cut: LoginKey[] = [];
  for (const { subject, clientId, tokenId, at, endedAt } of rows) {
    const sessions = await driver.cut({ subject, clientId });
    const seenAt = clock.now();
    // The receipt says when the broker had confirmed; of a login that is long over, that nothing was connected with it.
    const end = sessions > 0 ? "TOKEN_REVOKED" : seenAt.getTime() - at.getTime() > SETTLED_MS ? "NOT_CONNECTED" : undefined;
    if (end) await recordCut(database.pool, { broker: driver.broker, clientId, tokenId }, { at: seenAt, reason: end });
    if (sessions > 0) {
      cut.push({ broker: driver.broker, subject, clientId });
      log.info({ broker: driver.broker, subject, clientId, tokenId, sessions }, "cut the sessions of a token that no longer holds");
    } else if (now.getTime() - endedAt.getTime() > SETTLED_MS)
      await database.pool.query("delete from broker_login where broker = $1 and subject = $2 and client_id = $3 and token_id = $4", [
        driver.broker,
        subject,
        clientId,
        tokenId,
      ]);
  }
  return cut;
}
