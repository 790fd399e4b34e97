import { z } from "zod";
import type { Clock } from "@/lib/base/clock";
import { isId } from "@/lib/base/ids";
import type { Database } from "../../database/client";
import { recordFoundCut } from "../record-cut";
import type { MosquittoControl } from "./control";
import { removeFromMosquitto } from "./provision";

const listSchema = z.object({ clients: z.array(z.object({ username: z.string(), textname: z.string().optional(), clientid: z.string().optional() })) });

/**
 * Removes every client whose token is revoked, at its end or unknown, and cuts its session: Mosquitto knows no end of its own.
 * Clients of other people (whose text name is no token id) are left alone. Answers what was removed, and the next end.
 */
export async function sweepMosquitto(
  control: MosquittoControl,
  pool: Pick<Database["pool"], "query">,
  clock: Clock,
): Promise<{ removed: string[]; nextEnd: Date | undefined }> {
  const now = clock.now();
  const [answer] = await control.run([{ command: "listClients", verbose: true }]);
  const { clients } = listSchema.parse(answer?.data);
  const ours = clients.flatMap(({ username, textname = "", clientid = "" }) =>
    isId("accessToken", textname) ? [{ username, tokenId: textname, clientId: clientid }] : [],
  );
  const { rows } = await pool.query<{ id: string; subject: string; expiresAt: Date }>(
    `select id, subject, expires_at as "expiresAt" from access_token where id = any($1) and revoked_at is null and expires_at > $2`,
    [ours.map(({ tokenId }) => tokenId), now],
  );
  const live = new Map(rows.map((row) => [row.id, row]));
  const over = ours.filter(({ username, tokenId }) => live.get(tokenId)?.subject !== username);
  for (const { username, tokenId, clientId } of over) {
    await removeFromMosquitto(control, { username, tokenId });
    // It does not say whether anything was connected: whatever was is closed with that answer.
    await recordFoundCut(pool, { broker: "mosquitto", clientId, tokenId, subject: username, address: "" }, { at: clock.now(), reason: "ACCESS_REMOVED" });
  }
  const ends = rows.map(({ expiresAt }) => expiresAt.getTime());
  return { removed: over.map(({ tokenId }) => tokenId), nextEnd: ends.length > 0 ? new Date(Math.min(...ends)) : undefined };
}
