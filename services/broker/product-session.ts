import type { Clock } from "@/lib/base/clock";
import { reasonOfDecision } from "@/lib/domain/refusals/refusal-reasons";
import type { Access, Decision } from "@/lib/domain/tokens/evaluate";
import type { TokenClaims } from "@/lib/protocol/access";
import { LIMITS } from "@/lib/protocol/limits";
import type { DisconnectReason } from "@/lib/protocol/presence";
import { parseTopic } from "@/lib/protocol/topics";
import type { ClaimDesk } from "@/lib/server/claims/claim-desk";
import type { CommandDesk } from "@/lib/server/commands/command-desk";
import type { KeyDesk } from "@/lib/server/encryption/key-desk";
import { holderOf, type RefusalEvent, type RefusalRecorder } from "@/lib/server/refusals/recording";
import type { SessionRecorder } from "@/lib/server/sessions";
import type { Ingest } from "@/lib/server/telemetry/ingest";
import type { TokenUse } from "@/lib/server/tokens/scope-use";
import type { TokenAuthority } from "@/lib/server/tokens/token-authority";
import type { ConnectRequest, Message, Session } from "./policy";

export type Door = { claimId: string } | { via: "home" };

interface ProductSessionOptions {
  authority: Pick<TokenAuthority, "isVoid">;
  recorder: SessionRecorder;
  refusals: RefusalRecorder;
  ingest: Ingest;
  keyDesk: KeyDesk;
  commandDesk: CommandDesk;
  claimDesk: ClaimDesk;
  /** Let in by a claim code, or by its identity key alone; undefined: by a token. */
  door: Door | undefined;
  clock: Clock;
  number: number;
  claims: TokenClaims;
  /** The key that signed its token. */
  kid: string;
  access: Access;
  /** Undefined for the platform's own services: they use all they have. */
  use: TokenUse | undefined;
  /** Not the whole request: sessions are many, and need no credentials any more. */
  caller: Pick<ConnectRequest, "transport" | "address" | "keepAliveSeconds"> & { willTopic: string | null };
  clientId: string;
  endsAt: number;
  onEnded: () => void;
}

/** One client of the product: rights by its token, messages of devices into the store, a record of what happened. */
export class ProductSession implements Session {
  readonly clientId: string;
  readonly owner: string;
  /** QoS 2 is granted as 1: aedes loses QoS 2 messages of persistent sessions (finding 2). */
  readonly maxQos = 1;
  readonly maxSubscriptions = LIMITS.subscriptionsPerClient;
  readonly endsAt: number;
  #open = false;

  constructor(private readonly options: ProductSessionOptions) {
    this.clientId = options.clientId;
    this.owner = options.claims.jti;
    this.endsAt = options.endsAt;
  }

  mustEnd(): boolean {
    return this.options.authority.isVoid(this.options);
  }

  mayPublish({ topic, qos, retain }: Message): boolean {
    const { access, use } = this.options;
    const { verdict, scope } = access.publish({ topic, qos, retain });
    if (verdict !== "ALLOWED") return false;
    if (scope !== undefined) use?.count(scope);
    return true;
  }

  maySubscribe(filter: string, qos: 0 | 1 | 2): boolean {
    const { access, use } = this.options;
    const { verdict, scope } = access.subscribe({ filter, qos });
    if (verdict !== "ALLOWED") return false;
    if (scope !== undefined) use?.hold(scope);
    return true;
  }

  mayReceive(topic: string): boolean {
    return this.options.access.receive(topic);
  }

  accept(message: Message, done: (outcome: "keep" | "drop") => void): void {
    const { claims, door, claimDesk, ingest, recorder, clock } = this.options;
    const { sub, fleet: fleetId = "" } = claims;
    if (door) {
      claimDesk.take({ fleetId, who: { ...door, applicant: sub }, payload: message.payload, done: () => done("drop") });
      return;
    }
    if (claims.kind !== "device") {
      done("keep");
      return;
    }
    const receivedAt = clock.now().getTime();
    recorder.seen(claims.sub, receivedAt);
    // What a device says of its keys and its token, and answers to commands, is for the platform only.
    const desk = this.#deskFor(message.topic);
    if (desk === "token") claimDesk.take({ fleetId, who: { via: "grant", deviceId: sub }, payload: message.payload, done: () => done("drop") });
    else if (desk) desk.take(this.#incoming(message, receivedAt), () => done("drop"));
    else ingest.take(this.#incoming(message, receivedAt), (outcome) => done(outcome === "stored" ? "keep" : "drop"));
  }

  #deskFor(topic: string): Pick<KeyDesk | CommandDesk, "take"> | "token" | undefined {
    // Most messages are telemetry: nothing is taken apart for them.
    if (topic.endsWith("/up/telemetry")) return undefined;
    const parsed = parseTopic(topic);
    if (parsed?.kind !== "up" || parsed.device !== this.options.claims.sub) return undefined;
    if (parsed.what === "key") return this.options.keyDesk;
    if (parsed.what === "token") return "token";
    return parsed.what === "command" ? this.options.commandDesk : undefined;
  }

  publishRefused({ topic, qos, retain }: Message): void {
    this.#refused("publish", this.options.access.publish({ topic, qos, retain }), { topic, qos, retain });
  }

  subscribeRefused(filter: string, qos: 0 | 1 | 2, full: boolean): void {
    const asked = { topic: filter, qos };
    if (full) this.#record({ action: "subscribe", reason: "too_many_subscriptions", ...asked });
    else this.#refused("subscribe", this.options.access.subscribe({ filter, qos }), asked);
  }

  takesOver(older: Session): void {
    this.#record({ action: "connect", reason: "second_holder", detail: older instanceof ProductSession ? older.options.caller.address : "" });
  }

  #refused(action: "publish" | "subscribe", decision: Decision, asked: { topic: string; qos: number; retain?: boolean }): void {
    this.#record({ action, reason: reasonOfDecision(decision), scope: decision.scope, ...asked });
  }

  #record(event: Omit<RefusalEvent, "broker" | "holder" | "clientId" | "address">): void {
    const { refusals, claims, caller } = this.options;
    refusals.record({ broker: "embedded", holder: holderOf(claims), clientId: this.clientId, address: caller.address, ...event });
  }

  #incoming({ topic, payload }: Message, receivedAt: number) {
    const { kind, sub, fleet } = this.options.claims;
    return { fleetId: fleet ?? null, deviceId: kind === "device" ? sub : null, subject: sub, topic, payload, receivedAt };
  }

  opened(): void {
    this.#open = true;
    const { recorder, clock, caller } = this.options;
    const { address, keepAliveSeconds, willTopic } = caller;
    recorder.opened({ ...this.#identity(), clientId: this.clientId, address, keepAliveSeconds, willTopic, connectedAt: clock.now() });
  }

  ended(reason: DisconnectReason): void {
    const wasOpen = this.#open;
    this.#open = false;
    this.options.onEnded();
    this.options.use?.end();
    this.options.recorder.ended(this.#identity(), reason, wasOpen);
  }

  #identity() {
    const { number, claims, caller } = this.options;
    const { kind, sub, fleet, jti } = claims;
    return {
      number,
      fleetId: fleet ?? null,
      subjectKind: kind,
      subject: sub,
      deviceId: kind === "device" ? sub : null,
      tokenId: jti,
      transport: caller.transport,
    };
  }
}
