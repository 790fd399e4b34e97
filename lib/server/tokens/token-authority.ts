import { type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import type { Clock } from "@/lib/base/clock";
import type { Logger } from "@/lib/base/log";
import { type Cutoff, SubjectCutoffs } from "@/lib/domain/tokens/subject-cutoffs";
import { claimsTimeProblem, type TokenRefusal, verifyClaims } from "@/lib/domain/tokens/verify-claims";
import type { TokenClaims } from "@/lib/protocol/access";
import type { Database } from "../database/client";
import { listen } from "../database/notify";
import { parseToken } from "./parse-token";
import { loadCutoffs } from "./revocations/load-cutoffs";
import { keyNewsSchema, loadVerificationKeys, publicKeyOf } from "./signing-keys";

/** What a genuine token says, and the key that signed it. */
export interface Verified {
  claims: TokenClaims;
  kid: string;
}
export type Verification = ({ ok: true } & Verified) | { ok: false; reason: TokenRefusal };

/** Verifies tokens from memory: keys and revocations are read at the start and kept up by LISTEN. No query per CONNECT. */
export interface TokenAuthority {
  verify(token: string): Verification;
  /** Claims of a token that was verified lately and is ours, whatever else was wrong with it: they say whose it is. */
  genuine(token: string): TokenClaims | undefined;
  isRevoked(tokenId: string): boolean;
  /** The same of a verified token whose row may be unknown: is it revoked, was it issued before its subject's cut-off, is its key retired? */
  isVoid(token: Voidable): boolean;
  /** Called after each change of what is revoked; the listener asks `isRevoked` and `isVoid` for what it holds open. */
  onRevoked(listener: () => void): void;
  /** Resolves when keys and revocations were read for the first time. Until then `verify` answers `unavailable`. */
  loaded: Promise<void>;
  close(): Promise<void>;
}

/** Bounds of memory: verified tokens, and how often an unknown key may make us look again. */
const CACHE_SIZE = 20_000;
const UNKNOWN_KEY_RELOAD_MS = 1_000;
const RETRY_MS = 500;
const cutoffSchema = z.object({ fleetId: z.string(), subject: z.string(), issuedBefore: z.coerce.date() });
const newsSchema = z.union([z.array(z.string()).min(1), z.object({ cutoff: cutoffSchema }), keyNewsSchema]);

export interface Voidable {
  claims: Pick<TokenClaims, "jti" | "sub" | "iat" | "fleet">;
  kid: string;
}

export function openTokenAuthority({ url, database, clock, log }: { url: string; database: Database; clock: Clock; log: Logger }): TokenAuthority {
  let isLoaded = false;
  // These two only grow: no load can forget what was heard while it ran.
  const keys = new Map<string, KeyObject>();
  const retiredKeys = new Set<string>();
  let revoked = new Set<string>();
  let cutoffs = new SubjectCutoffs();
  /** Heard of while a load runs, whose snapshot may be older. */
  let heard = new Set<string>();
  let heardCutoffs: Cutoff[] = [];
  const verified = new Map<string, Verified>();
  const listeners: (() => void)[] = [];
  const { promise: loaded, resolve: markLoaded } = withResolvers();
  let loading: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let lastUnknownKeyReload = 0;

  const isRevoked = ({ claims }: Voidable) => revoked.has(claims.jti) || cutoffs.covers(claims);
  const load = async () => {
    heard = new Set();
    heardCutoffs = [];
    for (const { kid, key, retired } of await loadVerificationKeys(database.pool)) {
      keys.set(kid, key);
      if (retired) retiredKeys.add(kid);
    }
    const { rows } = await database.pool.query<{ id: string }>(
      "select id from access_token where revoked_at is not null and expires_at > clock_timestamp() - interval '1 hour'",
    );
    const freshCutoffs = await loadCutoffs(database.pool);
    isLoaded = true;
    revoked = new Set([...rows.map(({ id }) => id), ...heard]);
    cutoffs = new SubjectCutoffs([...freshCutoffs, ...heardCutoffs]);
    for (const [token, known] of verified) if (isRevoked(known) && !retiredKeys.has(known.kid)) verified.delete(token);
    markLoaded();
    for (const listener of listeners) listener();
  };
  /** One load at a time; a wish that comes while one runs is granted after it, as what it read may be too old. */
  const reload = () => {
    if (closed) return;
    clearTimeout(retry);
    if (loading) {
      again = true;
      return;
    }
    loading = load()
      .catch((error: unknown) => {
        log.warn({ error: error instanceof Error ? error.message : String(error) }, "cannot read keys and revocations, trying again");
        if (!closed) retry = setTimeout(reload, RETRY_MS);
      })
      .finally(() => {
        loading = undefined;
        if (again) {
          again = false;
          reload();
        }
      });
  };
  const onNotification = (payload: string) => {
    const news = readNews(payload);
    // No list, or an empty one: something else changed.
    if (news === undefined) return reload();
    if ("newKey" in news) {
      keys.set(news.newKey.kid, publicKeyOf(news.newKey.jwk));
      return;
    }
    if ("retiredKey" in news) retiredKeys.add(news.retiredKey);
    else if ("cutoff" in news) {
      cutoffs.add(news.cutoff);
      heardCutoffs.push(news.cutoff);
    } else
      for (const id of news) {
        revoked.add(id);
        heard.add(id);
      }
    for (const listener of listeners) listener();
  };
  const listener = listen(url, { token_revoked: onNotification }, { log, onUp: reload });

  return {
    loaded,
    isRevoked: (tokenId) => revoked.has(tokenId),
    genuine: (token) => verified.get(token)?.claims,
    isVoid: (token) => isRevoked(token) || retiredKeys.has(token.kid),
    onRevoked: (callback) => void listeners.push(callback),
    verify(token) {
      if (!isLoaded) return { ok: false, reason: "unavailable" };
      const found = verified.get(token) ?? verifyNew(token, keys);
      if (typeof found === "string") {
        const now = clock.now().getTime();
        if (found === "unknown_key" && now - lastUnknownKeyReload > UNKNOWN_KEY_RELOAD_MS) {
          lastUnknownKeyReload = now;
          reload();
        }
        return { ok: false, reason: found };
      }
      // Whoever holds a key that was retired signs what they like: only what was verified before says whose it is.
      if (retiredKeys.has(found.kid)) return { ok: false, reason: "retired_key" };
      if (verified.size >= CACHE_SIZE && !verified.has(token)) verified.delete(verified.keys().next().value ?? "");
      verified.set(token, found);
      if (isRevoked(found)) return { ok: false, reason: "revoked" };
      const problem = claimsTimeProblem(found.claims, clock.now().getTime());
      return problem ? { ok: false, reason: problem } : { ok: true, ...found };
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await listener.close();
      await loading;
    },
  };
}

/** Algorithm and key come from our own table by `kid`, never from the token. */
export function verifyNew(token: string, keys: ReadonlyMap<string, KeyObject>): Verified | TokenRefusal {
  const parsed = parseToken(token);
  if (typeof parsed === "string") return parsed;
  const key = keys.get(parsed.kid);
  if (!key) return "unknown_key";
  if (!verify(null, parsed.signed, key, parsed.signature)) return "bad_signature";
  const result = verifyClaims(parsed.claims);
  return result.ok ? { claims: result.claims, kid: parsed.kid } : result.reason;
}

function readNews(payload: string): z.output<typeof newsSchema> | undefined {
  try {
    return newsSchema.parse(JSON.parse(payload));
  } catch {
    return undefined;
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
