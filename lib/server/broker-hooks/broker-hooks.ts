import type { Clock } from "@/lib/base/clock";
import type { Logger } from "@/lib/base/log";
import type { RefusalStats } from "@/lib/domain/refusals/refusal-stats";
import { type Access, compileAccess } from "@/lib/domain/tokens/evaluate";
import { bindingProblem, sessionEnd, type TokenRefusal } from "@/lib/domain/tokens/verify-claims";
import type { Scope } from "@/lib/protocol/access";
import type { Database } from "../database/client";
import { holderOf, type RefusalEvent, RefusalRecorder } from "../refusals/recording";
import { ScopeUseRecorder, type TokenUse } from "../tokens/scope-use";
import { openTokenAuthority, type Verification } from "../tokens/token-authority";
import { type ExternalBroker, findLogin, type LoginKey, recordLogin, scopesOf } from "./logins";

/** Why a hook says no, beside the token's own refusals. Stable codes: they stand in the brokers' logs and docs/other-brokers.md. */
export type HookRefusal = TokenRefusal | "not_logged_in" | "dot_in_deny";

export type LoginResult = { ok: true; expiresAt: Date } | { ok: false; code: HookRefusal };
/** `holder` is the token that this connection logged in with, or only the name that it asks under. */
export type AccessResult = { holder: RefusalEvent["holder"] } & (({ ok: true } & Granted) | { ok: false; code: HookRefusal });

/** What a CONNECT at an external broker carries. */
export interface LoginAttempt {
  broker: ExternalBroker;
  username: string;
  clientId: string;
  token: string;
  /** A grant that this broker could not keep does not enter. */
  keepsScopes?: (scopes: readonly Scope[]) => boolean;
  /** Where the client is, when the broker tells. */
  address?: string | undefined;
}

/** These throw when Postgres does not answer; the door turns that into a refusal. */
export interface BrokerHooks {
  /** Is this a token of ours that holds now? Nothing is recorded. */
  verify(token: string): Promise<Verification>;
  login(attempt: LoginAttempt): Promise<LoginResult>;
  /** The grant that this connection logged in with, while it holds. */
  accessOf(key: LoginKey): Promise<AccessResult>;
  /** Keeps that something was refused. Waits for nothing. */
  refused(event: RefusalEvent): void;
  readonly refusals: RefusalStats;
  /** Counts what is done with a verified token. */
  useOf(tokenId: string): TokenUse;
  close(): Promise<void>;
}

interface Granted {
  access: Access;
  scopes: readonly Scope[];
  /** For whoever answers a question by it. */
  use: TokenUse;
}

const CACHE_SIZE = 5_000;
/** How long the first question after a start waits for keys and revocations. */
const LOAD_LIMIT_MS = 3_000;

/** Decides for external brokers, with the verification and the evaluator of the embedded one. */
export function openBrokerHooks({ url, database, clock, log }: { url: string; database: Database; clock: Clock; log: Logger }): BrokerHooks {
  const authority = openTokenAuthority({ url, database, clock, log });
  const recorder = new RefusalRecorder({ database, clock, log });
  const uses = new ScopeUseRecorder({ database, clock, log });
  const granted = new Map<string, Granted>();
  authority.onRevoked(() => {
    for (const tokenId of granted.keys()) if (authority.isRevoked(tokenId)) granted.delete(tokenId);
  });

  const grantOf = async (tokenId: string): Promise<Granted> => {
    const known = granted.get(tokenId);
    if (known) return known;
    const scopes = await scopesOf(database.pool, tokenId);
    const fresh = { access: compileAccess(scopes), scopes, use: uses.of(tokenId) };
    if (granted.size >= CACHE_SIZE) granted.delete(granted.keys().next().value ?? "");
    granted.set(tokenId, fresh);
    return fresh;
  };

  const verify = async (token: string): Promise<Verification> => {
    await atMost(authority.loaded, LOAD_LIMIT_MS);
    return authority.verify(token);
  };

  return {
    verify,
    async login({ broker, username, clientId, token, keepsScopes, address }) {
      const refuse = (code: HookRefusal, holder: RefusalEvent["holder"], detail = ""): LoginResult => {
        recorder.record({ broker, action: "connect", reason: code, holder, clientId, address, detail });
        return { ok: false, code };
      };
      const verified = await verify(token);
      if (!verified.ok) {
        const genuine = authority.genuine(token);
        return refuse(verified.reason, genuine ? holderOf(genuine) : { username });
      }
      const { claims } = verified;
      const holder = holderOf(claims);
      // Brokers make an id up for a client without one, and ask about that: here it must be the subject's own.
      const problem = clientId === "" ? "wrong_client_id" : bindingProblem(claims, { username, clientId });
      if (problem) return refuse(problem, holder, problem === "wrong_subject" ? username : "");
      if (keepsScopes && !keepsScopes(claims.acl)) return refuse("dot_in_deny", holder);
      const now = clock.now();
      const expiresAt = new Date(sessionEnd(claims, now.getTime()));
      const kept = await recordLogin(database.pool, { broker, subject: claims.sub, clientId }, { tokenId: claims.jti, now, expiresAt });
      return kept ? { ok: true, expiresAt } : refuse("revoked", holder);
    },
    async accessOf(key) {
      const login = await findLogin(database.pool, key);
      if (!login) return { ok: false, code: "not_logged_in", holder: { username: key.subject } };
      const { tokenId, fleetId, deviceId } = login;
      const holder = { tokenId, fleetId, deviceId, subject: key.subject };
      if (login.revoked || authority.isRevoked(tokenId)) return { ok: false, code: "revoked", holder };
      if (login.expiresAt <= clock.now()) return { ok: false, code: "expired", holder };
      return { ok: true, holder, ...(await grantOf(tokenId)) };
    },
    refused: (event) => recorder.record(event),
    refusals: recorder.stats,
    useOf: (tokenId) => uses.of(tokenId),
    async close() {
      await Promise.all([recorder.close(), uses.close()]);
      await authority.close();
    },
  };
}

async function atMost(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    promise,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
}
