import { randomBytes } from "node:crypto";
import type { Clock } from "@/lib/base/clock";
import { compileAccess } from "@/lib/domain/tokens/evaluate";
import { bindingProblem, sessionEnd, type TokenRefusal } from "@/lib/domain/tokens/verify-claims";
import type { TokenClaims } from "@/lib/protocol/access";
import { LIMITS } from "@/lib/protocol/limits";
import type { SessionRecorder } from "@/lib/server/sessions";
import type { Ingest } from "@/lib/server/telemetry/ingest";
import type { TokenAuthority } from "@/lib/server/tokens/token-authority";
import { type ConnectRequest, type Policy, RETURN_CODES, type Refusal, type Session } from "./policy";
import { ProductSession } from "./product-session";

export interface ProductOptions {
  authority: TokenAuthority;
  recorder: SessionRecorder;
  ingest: Ingest;
  clock: Clock;
}

/**
 * Return codes by what is wrong. 4: there is no genuine token of ours in the password. 5: there is one, and it does not allow
 * this connection. 3: we cannot tell yet.
 */
const CODES: Record<TokenRefusal, Refusal["refused"]> = {
  missing: RETURN_CODES.badCredentials,
  too_large: RETURN_CODES.badCredentials,
  malformed: RETURN_CODES.badCredentials,
  bad_header: RETURN_CODES.badCredentials,
  unknown_key: RETURN_CODES.badCredentials,
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
};

/** Who the product lets in: holders of a token of ours, with the rights that stand in it. Deny by default. */
export class ProductPolicy implements Policy {
  readonly #sessions = new Map<string, number>();
  /** Set while the broker stops: nobody is let in any more. */
  stopping = false;

  constructor(private readonly options: ProductOptions) {}

  connect(request: ConnectRequest): Session | Refusal {
    const { authority, clock, recorder } = this.options;
    if (this.stopping) return refusal("unavailable");
    if (request.username === undefined || request.password === undefined) return refusal("missing");
    const verified = authority.verify(request.password.toString("latin1"));
    if (!verified.ok) return refusal(verified.reason);
    const { claims } = verified;
    const problem = bindingProblem(claims, { username: request.username, clientId: request.clientId });
    if (problem) return refusal(problem);
    // No return code says "wrong keep-alive", so there is none (MQTT-3.2.2-6).
    if (request.keepAliveSeconds === 0 || request.keepAliveSeconds > LIMITS.keepAliveMaxSeconds) return { refused: "close", reason: "keep_alive" };
    const access = compileAccess(claims.acl);
    if (request.will && access.publish(request.will).verdict !== "ALLOWED") return { refused: RETURN_CODES.notAuthorized, reason: "will_not_allowed" };
    if ((this.#sessions.get(claims.sub) ?? 0) >= LIMITS.sessionsPerSubject) return { refused: RETURN_CODES.unavailable, reason: "too_many_sessions" };
    const number = recorder.admit(deviceOf(claims));
    if (number === undefined) return refusal("unavailable");
    this.#count(claims.sub, 1);
    return new ProductSession({
      ...this.options,
      number,
      claims,
      access,
      caller: { transport: request.transport, address: request.address, keepAliveSeconds: request.keepAliveSeconds },
      clientId: request.clientId || assignedId(claims),
      endsAt: sessionEnd(claims, clock.now().getTime()),
      onEnded: () => this.#count(claims.sub, -1),
    });
  }

  #count(subject: string, by: number): void {
    const open = (this.#sessions.get(subject) ?? 0) + by;
    if (open === 0) this.#sessions.delete(subject);
    else this.#sessions.set(subject, open);
  }
}

function refusal(reason: TokenRefusal): Refusal {
  return { refused: CODES[reason], reason };
}

function deviceOf(claims: TokenClaims): string | null {
  return claims.kind === "device" ? claims.sub : null;
}

/** MQTT-3.1.3-6: an empty client id gets one of its own. A bound one is the only one there is. */
function assignedId(claims: TokenClaims): string {
  return claims.cid ?? `${claims.sub}-${randomBytes(6).toString("hex")}`;
}
