import type { ClaimDown, ClaimRefusal, Provisioned } from "@/lib/protocol/claim";
import { agreementKeySchema } from "@/lib/protocol/key-exchange";
import { openProvisioned, signClaim } from "../claim/claim-identity";
import { advanceClaim, type ClaimAct, type ClaimEvent, type ClaimPhase } from "../claim/claim-machine";
import type { StoredClaim } from "../claim/claim-store";
import type { StoredKeys } from "../keys/key-store";

const SILENCE_MS = 10_000;

interface TalkOptions {
  identityKey: StoredClaim["identityKey"];
  agreementKey: StoredKeys["privateKey"];
  say: (message: object) => void;
  /** The token that stands on the disk and waits to be confirmed. */
  nextTokenId: () => string | undefined;
  /** Durable when it returns. True: say so on this connection; false: another connection, with the new token, will. */
  keep: (given: Provisioned) => boolean;
  onDone: () => void;
  onRefused: (code: ClaimRefusal) => void;
  onWaiting: () => void;
  onError: (error: unknown) => void;
}

/** One conversation about a new token: the claim protocol's own machine, whichever way the messages go. */
export class RenewalTalk {
  #phase: ClaimPhase = "offline";
  #work: Promise<void> = Promise.resolve();
  #silence: NodeJS.Timeout | undefined;

  constructor(private readonly options: TalkOptions) {}

  get isOver(): boolean {
    return this.#phase === "done" || this.#phase === "refused";
  }

  on(event: ClaimEvent, down?: ClaimDown): void {
    this.#work = this.#work.then(() => this.#step(event, down)).catch(this.options.onError);
  }

  end(): void {
    clearTimeout(this.#silence);
    this.#phase = "refused";
  }

  async #step(event: ClaimEvent, down: ClaimDown | undefined): Promise<void> {
    if (this.isOver) return;
    const { phase, act } = advanceClaim(this.#phase, event);
    this.#phase = phase;
    clearTimeout(this.#silence);
    if (phase !== "offline" && !this.isOver) this.#silence = setTimeout(() => this.on({ is: "silence" }), SILENCE_MS).unref();
    if (act) await this.#perform(act, down);
  }

  async #perform(act: NonNullable<ClaimAct>, down: ClaimDown | undefined): Promise<void> {
    const { identityKey, say, keep, onDone, onRefused, onWaiting } = this.options;
    if (act === "hello") say({ hello: {} });
    else if (act === "tellWaiting") onWaiting();
    else if (act === "finish") onDone();
    else if (act === "giveUp") onRefused(down && "refused" in down ? down.refused.code : "denied");
    else if (act === "prove" && down && "challenge" in down) {
      const { kty, crv, x, y } = agreementKeySchema.parse(this.options.agreementKey);
      say({ proof: await signClaim(identityKey, { nonce: down.challenge.nonce, agreementKey: { kty, crv, x, y } }) });
    } else if (act === "store" && down && "provisioned" in down) {
      if (keep(await openProvisioned(this.options.agreementKey, down.provisioned))) await this.#sayStored();
      else this.end();
    } else if (act === "sayStored") await this.#sayStored();
  }

  async #sayStored(): Promise<void> {
    const tokenId = this.options.nextTokenId();
    if (tokenId !== undefined) this.options.say({ stored: await signClaim(this.options.identityKey, { stored: tokenId }) });
  }
}
