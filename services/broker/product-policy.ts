import { randomBytes } from "node:crypto";
import type { Clock } from "@/lib/base/clock";
import { reasonOfDecision } from "@/lib/domain/refusals/refusal-reasons";
import { compileAccess } from "@/lib/domain/tokens/evaluate";
import { bindingProblem, sessionEnd, type TokenRefusal } from "@/lib/domain/tokens/verify-claims";
import { claimScopes, homeScopes, TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenClaims } from "@/lib/protocol/access";
import { CLAIM_SESSION_MS, thumbprintSchema } from "@/lib/protocol/claim";
import { readClaimCode } from "@/lib/protocol/claim-code";
import { LIMITS } from "@/lib/protocol/limits";
import type { ClaimDesk } from "@/lib/server/claims/claim-desk";
import type { ClaimDirectory } from "@/lib/server/claims/claim-directory";
import type { CommandDesk } from "@/lib/server/commands/command-desk";
import type { KeyDesk } from "@/lib/server/encryption/key-desk";
import type { KeyRing } from "@/lib/server/encryption/key-ring";
import { holderOf, type RefusalEvent, type RefusalRecorder } from "@/lib/server/refusals/recording";
import { isHomePass } from "@/lib/server/renewals/home-pass";
import type { IdentityDirectory } from "@/lib/server/renewals/identity-directory";
import type { SessionRecorder } from "@/lib/server/sessions";
import type { Ingest } from "@/lib/server/telemetry/ingest";
import type { ScopeUseRecorder } from "@/lib/server/tokens/scope-use";
import type { TokenAuthority, Verification } from "@/lib/server/tokens/token-authority";
import { type ConnectRequest, type Policy, RETURN_CODES, type Refusal, type Session } from "./policy";
import { type Door, ProductSession } from "./product-session";

export interface ProductOptions {
  authority: TokenAuthority;
  recorder: SessionRecorder;
  refusals: RefusalRecorder;
  ingest: Ingest;
  uses: ScopeUseRecorder;
  keys: Pick<KeyRing, "isLoaded">;
  keyDesk: KeyDesk;
  commandDesk: CommandDesk;
  claims: Pick<ClaimDirectory, "find" | "isLoaded">;
  claimDesk: ClaimDesk;
  identities: Pick<IdentityDirectory, "fleetOf">;
  clock: Clock;
}

/**
 * Return codes by what is wrong. 4: there is no genuine token of ours in the password. 5: there is one, and it does not allow
 * this connection. 3: we cannot tell yet.
 */
const CODES: Record<TokenRefusal | "keep_alive" | "will_not_allowed" | "too_many_sessions", Refusal["refused"]> = {
  missing: RETURN_CODES.badCredentials,
  too_large: RETURN_CODES.badCredentials,
  malformed: RETURN_CODES.badCredentials,
  bad_header: RETURN_CODES.badCredentials,
  unknown_key: RETURN_CODES.badCredentials,
  // Whoever holds a key that was retired signs what they like: its signature proves nothing any more.
  retired_key: RETURN_CODES.badCredentials,
  bad_signature: RETURN_CODES.badCredentials,
  bad_claims: RETURN_CODES.badCredentials,
  wrong_issuer: RETURN_CODES.badCredentials,
  wrong_audience: RETURN_CODES.badCredentials,
  not_yet_valid: RETURN_CODES.notAuthorized,
  expired: RETURN_CODES.notAuthorized,
  revoked: RETURN_CODES.notAuthorized,
  wrong_subject: RETURN_CODES.notAuthorized,
  wrong_client_id: RETURN_CODES.notAuthorized,
  unavailable: RETURN_CODES.unavailable,
  // No return code says "wrong keep-alive", so there is none (MQTT-3.2.2-6).
  keep_alive: "close",
  will_not_allowed: RETURN_CODES.notAuthorized,
  too_many_sessions: RETURN_CODES.unavailable,
};

type Verified = Verification & { door?: Door };
type Circumstances = Pick<RefusalEvent, "topic" | "qos" | "retain" | "scope" | "detail">;

/** Who the product lets in: holders of a token of ours, with the rights that stand in it. Deny by default. */
export class ProductPolicy implements Policy {
  readonly #sessions = new Map<string, number>();
  /** Set while the broker stops: nobody is let in any more. */
  stopping = false;

  constructor(private readonly options: ProductOptions) {}

  connect(request: ConnectRequest): Session | Refusal {
    const { authority, clock, recorder, keys } = this.options;
    const refuse = (reason: keyof typeof CODES, claims?: TokenClaims, circumstances: Circumstances = {}): Refusal => {
      this.#record(request, reason, claims, circumstances);
      return { refused: CODES[reason], reason };
    };
    if (this.stopping || !keys.isLoaded()) return refuse("unavailable");
    if (request.username === undefined || request.password === undefined) return refuse("missing");
    const token = request.password.toString("latin1");
    const verified = this.#verify(token, request.username);
    if (!verified.ok) return refuse(verified.reason, authority.genuine(token));
    const { claims, kid, door } = verified;
    const problem = bindingProblem(claims, { username: request.username, clientId: request.clientId });
    if (problem) return refuse(problem, claims, problem === "wrong_subject" ? { detail: request.username } : {});
    const { keepAliveSeconds, will } = request;
    if (keepAliveSeconds === 0 || keepAliveSeconds > LIMITS.keepAliveMaxSeconds) return refuse("keep_alive", claims, { detail: String(keepAliveSeconds) });
    const access = compileAccess(claims.acl);
    const decision = will && access.publish(will);
    if (decision && decision.verdict !== "ALLOWED") {
      const { topic, qos, retain } = will;
      return refuse("will_not_allowed", claims, { topic, qos, retain, scope: decision.scope, detail: reasonOfDecision(decision) });
    }
    if ((this.#sessions.get(claims.sub) ?? 0) >= LIMITS.sessionsPerSubject) return refuse("too_many_sessions", claims);
    const number = recorder.admit(deviceOf(claims));
    if (number === undefined) return refuse("unavailable", claims);
    this.#count(claims.sub, 1);
    return new ProductSession({
      ...this.options,
      number,
      claims,
      kid,
      access,
      door,
      use: claims.fleet === undefined || door !== undefined ? undefined : this.options.uses.of(claims.jti),
      caller: {
        transport: request.transport,
        address: request.address,
        keepAliveSeconds: request.keepAliveSeconds,
        willTopic: request.will?.topic ?? null,
      },
      clientId: request.clientId || assignedId(claims),
      endsAt: sessionEnd(claims, clock.now().getTime()),
      onEnded: () => this.#count(claims.sub, -1),
    });
  }

  #verify(token: string, username: string): Verified {
    if (readClaimCode(token) !== undefined) return this.#claimant(token, username);
    const verified = this.options.authority.verify(token);
    // No token of ours is spelled like that; it may be the pass of a device on its way home, from whichever library.
    const isForeign = !verified.ok && (verified.reason === "bad_header" || verified.reason === "malformed");
    return isForeign ? (this.#comingHome(token, username) ?? verified) : verified;
  }

  /** An enrolled identity key, and nothing else, stands for a token whose scopes are the home topics of that key. */
  #comingHome(pass: string, applicant: string): Verified | undefined {
    const { identities, clock } = this.options;
    const fleetId = identities.fleetOf(applicant);
    if (fleetId === undefined || !isHomePass(pass, applicant)) return undefined;
    return {
      ok: true,
      claims: standIn({ sub: applicant, jti: `home_${applicant.slice(0, 20)}`, fleet: fleetId }, homeScopes(applicant), clock),
      kid: "",
      door: { via: "home" },
    };
  }

  /**
   * A claim code stands in for a token whose scopes are the claim topics of who connects, and nothing else. Also for a claim that is
   * over: the answer says so. The user name is no proof; whatever it is, what is sent there opens with that key only.
   */
  #claimant(code: string, applicant: string): Verified {
    const { claims, clock } = this.options;
    if (!claims.isLoaded()) return { ok: false, reason: "unavailable" };
    const claim = claims.find(code);
    if (!claim || !thumbprintSchema.safeParse(applicant).success) return { ok: false, reason: "unknown_key" };
    const { claimId, fleetId } = claim;
    return { ok: true, claims: standIn({ sub: applicant, jti: claimId, fleet: fleetId }, claimScopes(applicant), clock), kid: "", door: { claimId } };
  }

  turnedAway(request: ConnectRequest, reason: "empty_client_id"): void {
    this.#record(request, reason);
  }

  #record({ username = "", clientId, address }: ConnectRequest, reason: RefusalEvent["reason"], claims?: TokenClaims, circumstances: Circumstances = {}): void {
    const holder = claims ? holderOf(claims) : { username };
    this.options.refusals.record({ broker: "embedded", action: "connect", reason, holder, clientId, address, ...circumstances });
  }

  #count(subject: string, by: number): void {
    const open = (this.#sessions.get(subject) ?? 0) + by;
    if (open === 0) this.#sessions.delete(subject);
    else this.#sessions.set(subject, open);
  }
}

/** What a session is judged by that no token of ours has begun. No key has signed it, so none is retired over it. */
function standIn(who: Pick<TokenClaims, "sub" | "jti" | "fleet">, acl: TokenClaims["acl"], clock: Clock): TokenClaims {
  const iat = Math.floor(clock.now().getTime() / 1_000);
  return { iss: TOKEN_ISSUER, aud: TOKEN_AUDIENCE, ...who, iat, exp: iat + CLAIM_SESSION_MS / 1_000, kind: "service", acl };
}

function deviceOf(claims: TokenClaims): string | null {
  return claims.kind === "device" ? claims.sub : null;
}

/** MQTT-3.1.3-6: an empty client id gets one of its own. A bound one is the only one there is. */
function assignedId(claims: TokenClaims): string {
  return claims.cid ?? `${claims.sub}-${randomBytes(6).toString("hex")}`;
}
