import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { CLAIM_REFUSALS, type ClaimRefusal, fingerprintOf, type Provisioned } from "@/lib/protocol/claim";
import { topics } from "@/lib/protocol/topics";
import type { AgentLog } from "../agent";
import { eventOf, readDown } from "../claim/claim-connection";
import { applicantOf } from "../claim/claim-identity";
import { type GivenClaim, readStoredClaim, writeStoredClaim } from "../claim/claim-store";
import { keysFile } from "../claim/keys-file";
import type { ConnectionFailure } from "../connection/failure";
import { mayListen, maySpeakOf, readOwnToken } from "../connection/own-token";
import type { BrokerAddress, Uplink } from "../connection/uplink";
import { keysIn } from "../keys/key-chain";
import { fileKeyStore } from "../keys/key-store";
import { goHome } from "./go-home";
import { renewalDueAt } from "./renewal-due";
import { RenewalTalk } from "./renewal-talk";

const askSchema = z.object({ renew: z.object({}) });
const LOOK_MS = 60_000;
/** After a refusal nothing changes by itself soon. */
const PAUSE_MS = 6 * 3_600_000;

export interface RenewerOptions extends BrokerAddress {
  /** Where the identity key is (claim.json). */
  folder: string;
  fleet: string;
  device: string;
  uplink: () => Pick<Uplink, "isConnected" | "publish" | "start" | "stop" | "retryNow"> | undefined;
  log: AgentLog;
  now?: () => number;
  random?: () => number;
}

/**
 * Keeps a device that has an identity key in a token that holds: asks for the next one in time, tries it before the old one ends, and finds
 * the way home by the identity key when the token ended. What it decides on stands on the disk; after a power cut it goes on from there.
 */
export class Renewer {
  readonly #options: RenewerOptions;
  readonly #jitter: number;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #claim: GivenClaim;
  /** Set while the next token is what is connected with. */
  #triesNext: boolean;
  #talk: RenewalTalk | undefined;
  #home: { end(): void } | undefined;
  #notBefore = 0;
  #stopped = false;

  /** Throws `configuration` when nothing was claimed in that folder. */
  constructor(options: RenewerOptions) {
    const claim = readStoredClaim(options.folder);
    if (!claim?.given || claim.given.device !== options.device)
      throw new SallyportError("configuration", `No identity of ${options.device} is in ${options.folder}.`, { hint: "Claim this device first." });
    this.#options = options;
    this.#claim = { ...claim, given: claim.given };
    this.#triesNext = claim.next !== undefined;
    this.#now = options.now ?? Date.now;
    this.#jitter = (options.random ?? Math.random)();
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  token(): string {
    return (this.#triesNext ? this.#claim.next?.token : undefined) ?? this.#claim.given.token;
  }

  /** The platform let us in with `token()`. */
  connected(): void {
    this.#endTalk();
    if (!this.#triesNext || !this.#claim.next) this.#look();
    else if (this.#maySpeak()) this.#begin(true);
    // It came by the way home, and has no words for it here.
    else this.#finish();
  }

  disconnected(): void {
    this.#endTalk();
  }

  /** What came on `down/token`. */
  heard(payload: Uint8Array): void {
    const down = readDown(payload);
    if (down) this.#talk?.on(eventOf(down), down);
    else if (isAsked(payload) && !this.#talk && this.#maySpeak()) this.#begin(false);
  }

  /** Refused with the next token: the old one is tried again. Refused with the old one: home. */
  failed(failure: ConnectionFailure): void {
    if (failure.kind !== "refused" || this.#stopped || this.#home) return;
    if (this.#triesNext) {
      this.#write({ ...this.#claim, next: undefined });
      this.#triesNext = false;
      this.#notBefore = this.#now() + PAUSE_MS;
      this.#options.uplink()?.retryNow();
    } else void this.#goHome();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#endTalk();
    this.#home?.end();
  }

  #look(): void {
    if (this.#stopped || this.#talk || !this.#options.uplink()?.isConnected || this.#now() < this.#notBefore) return;
    const dueAt = renewalDueAt(readOwnToken(this.token()), this.#jitter);
    if (dueAt !== undefined && this.#now() >= dueAt && this.#maySpeak()) this.#begin(false);
  }

  #maySpeak(): boolean {
    const { fleet, device } = this.#options;
    return maySpeakOf(this.token(), topics.up(fleet, device, "token")) && mayListen(this.token(), topics.down(fleet, device, "token"));
  }

  /** Over the device's own topics. */
  #begin(hasToken: boolean): void {
    this.#talk = this.#newTalk({
      say: (message) => void this.#options.uplink()?.publish("token", Buffer.from(JSON.stringify(message))),
      keep: (given) => {
        this.#keepNext(given);
        this.#triesNext = true;
        void this.#reconnect();
        return false;
      },
      onDone: () => this.#finish(),
      onRefused: (code) => this.#refused(code),
    });
    this.#talk.on({ is: "connected", hasToken });
  }

  async #goHome(): Promise<void> {
    const { log } = this.#options;
    const applicant = await applicantOf(this.#claim.identityKey);
    if (this.#stopped || this.#home) return;
    log.warn({ fingerprint: fingerprintOf(applicant) }, "the token is refused; asking for another one by the identity key");
    let finished = false;
    this.#home = goHome({
      ...this.#options,
      identityKey: this.#claim.identityKey,
      applicant,
      hasToken: () => this.#claim.next !== undefined,
      talk: (say, close) =>
        this.#newTalk({
          say,
          keep: (given) => {
            this.#keepNext(given);
            return true;
          },
          onDone: () => {
            this.#finish();
            finished = true;
            close();
          },
          onRefused: (code) => {
            this.#refused(code);
            close();
          },
        }),
      onClosed: (failure) => {
        this.#home = undefined;
        if (finished) this.#options.uplink()?.retryNow();
        else if (failure) log.warn({ reason: failure.reason }, "no way home yet, trying again");
      },
    });
  }

  #newTalk(door: Pick<ConstructorParameters<typeof RenewalTalk>[0], "say" | "keep" | "onDone" | "onRefused">): RenewalTalk {
    const { folder, log } = this.#options;
    return new RenewalTalk({
      ...door,
      identityKey: this.#claim.identityKey,
      agreementKey: keysIn(fileKeyStore(keysFile(folder))).privateKey,
      nextTokenId: () => this.#claim.next?.tokenId,
      onWaiting: () => log.warn({}, "somebody has to agree in the console that this device comes back"),
      onError: (error) => log.error({ error: error instanceof Error ? error.message : String(error) }, "cannot renew the token"),
    });
  }

  #keepNext({ token, tokenId }: Provisioned): void {
    this.#write({ ...this.#claim, next: { token, tokenId } });
  }

  /** The platform knows that it is here: it is the token now. */
  #finish(): void {
    const { next, given } = this.#claim;
    if (!next) return;
    this.#write({ ...this.#claim, given: { ...given, ...next }, next: undefined });
    this.#triesNext = false;
    this.#talk = undefined;
    this.#options.log.info({ tokenId: next.tokenId }, "the access token was renewed");
  }

  #refused(code: ClaimRefusal): void {
    this.#notBefore = this.#now() + PAUSE_MS;
    this.#talk = undefined;
    this.#options.log[code === "too_early" ? "info" : "error"]({ code }, `the token was not renewed. ${CLAIM_REFUSALS[code]}`);
  }

  #write(claim: GivenClaim): void {
    writeStoredClaim(this.#options.folder, claim);
    this.#claim = claim;
  }

  async #reconnect(): Promise<void> {
    await this.#options.uplink()?.stop();
    if (!this.#stopped) this.#options.uplink()?.start();
  }

  #endTalk(): void {
    this.#talk?.end();
    this.#talk = undefined;
  }
}

function isAsked(payload: Uint8Array): boolean {
  try {
    return askSchema.safeParse(JSON.parse(Buffer.from(payload).toString("utf8"))).success;
  } catch {
    return false;
  }
}
