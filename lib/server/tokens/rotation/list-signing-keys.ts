import { z } from "zod";
import type { SigningKeyList } from "@/lib/domain/tokens/signing-key-view";
import { byTurn, signingKeyState, signsUntil } from "@/lib/domain/tokens/signing-keys";
import type { Context } from "../../context";
import { readVerb } from "../../verb";
import { administersAll } from "./installation";
import { loadKeys } from "./load-keys";
import { RENEWED } from "./signed-tokens";

interface Count {
  kid: string;
  tokens: number;
  lastExpiresAt: Date;
  tokensInFleet: number;
}

/** All signing keys there ever were, the newest first. Keys are of no fleet; of tokens, who may not rotate sees those of the own fleet. */
export const listSigningKeys = readVerb({
  permission: "tokens:read",
  input: z.object({}),
  async run(ctx): Promise<SigningKeyList> {
    const now = ctx.clock.now();
    const mayRotate = await administersAll(ctx);
    const [keys, counts] = await Promise.all([loadKeys(ctx.database.prisma), countTokens(ctx, now, mayRotate)]);
    const items = keys
      .toSorted((a, b) => byTurn(b, a))
      .map((key) => ({
        kid: key.kid,
        state: signingKeyState(key, keys, now),
        createdAt: key.createdAt.toISOString(),
        signsFrom: key.signsFrom.toISOString(),
        signsUntil: signsUntil(key, keys)?.toISOString() ?? null,
        retiredAt: key.retiredAt?.toISOString() ?? null,
        tokens: counts.get(key.kid)?.tokens ?? 0,
        lastExpiresAt: counts.get(key.kid)?.lastExpiresAt.toISOString() ?? null,
        tokensInFleet: counts.get(key.kid)?.tokensInFleet ?? 0,
      }));
    return { items, nextCursor: null, total: items.length, now: now.toISOString(), counted: mayRotate ? "installation" : "fleet", mayRotate };
  },
});

async function countTokens({ database, fleetId }: Context, now: Date, ofAllFleets: boolean): Promise<Map<string, Count>> {
  const { rows } = await database.pool.query<Count>(
    `select t.kid, count(*)::int as tokens, max(t.expires_at) as "lastExpiresAt", (count(*) filter (where t.fleet_id = $2::text))::int as "tokensInFleet"
     from access_token t
     where t.kid is not null and t.revoked_at is null and t.expires_at > $1::timestamptz and not ${RENEWED} and ($3::bool or t.fleet_id = $2::text)
     group by t.kid`,
    [now, fleetId, ofAllFleets],
  );
  return new Map(rows.map((row) => [row.kid, row]));
}
