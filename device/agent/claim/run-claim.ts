import { SallyportError } from "@/lib/base/errors";
import { CLAIM_REFUSALS, type ClaimDown, type ClaimRefusal, claimTopics, fingerprintOf } from "@/lib/protocol/claim";
import { agreementKeySchema } from "@/lib/protocol/key-exchange";
import type { AgentLog } from "../agent";
import { claimFolder } from "../buffer/folder-lock";
import { backOffDelayMs, NETWORK_BACK_OFF } from "../connection/back-off";
import type { ConnectionFailure } from "../connection/failure";
import type { BrokerAddress } from "../connection/uplink";
import { keysIn, keysWith } from "../keys/key-chain";
import { fileKeyStore } from "../keys/key-store";
import { openClient, wire } from "./claim-connection";
import { applicantOf, newIdentityKey, openProvisioned, signClaim } from "./claim-identity";
import { advanceClaim, type ClaimAct, type ClaimEvent, type ClaimPhase } from "./claim-machine";
import { type GivenClaim, readStoredClaim, type StoredClaim, writeStoredClaim } from "./claim-store";
import { keysFile } from "./keys-file";

export interface ClaimOptions extends BrokerAddress {
  /** As `readClaimCode` writes it. */
  code: string;
  /** Keys, token and unsent messages of this device; kept over restarts. */
  folder: string;
  serial?: string | undefined;
  name?: string | undefined;
  /** The fleet that it expects. */
  fleet?: string | undefined;
  /** Thumbprint of the fleet root key, when the code is of a sealed fleet. */
  fleetRoot?: string | undefined;
  log: AgentLog;
}

/** A broker that was told of a new code a moment ago may not know it yet. */
const UNKNOWN_CODE_TRIES = 4;
const UNKNOWN_CODE_PAUSE_MS = 400;
const SILENCE_MS = 10_000;

/**
 * Goes on with whatever this folder says until the device has its identity, token and content key on disk and the platform knows it.
 * Done already with this code: answers at once. Throws `forbidden` with the platform's reason when it is not let in.
 */
export async function runClaim(options: ClaimOptions): Promise<GivenClaim> {
  const unlock = claimFolder(options.folder);
  try {
    const claim = beginClaim(options);
    if (claim.done && claim.given) return { ...claim, given: claim.given };
    const keys = keysIn(fileKeyStore(keysFile(options.folder)));
    const applicant = await applicantOf(claim.identityKey);
    options.log.info({ step: "keys", fingerprint: fingerprintOf(applicant) }, `claiming; this device's fingerprint is ${fingerprintOf(applicant)}`);
    for (let tries = 0, unknown = 0; ; tries++) {
      const ended = await oneConnection({ options, claim, applicant, agreementKey: keys.privateKey });
      if (ended.is === "done") return ended.claim;
      const { failure } = ended;
      if (failure.kind === "certificate")
        throw new SallyportError("configuration", `Cannot claim: ${failure.reason}.`, failure.hint ? { hint: failure.hint } : {});
      if (failure.kind === "refused" && ++unknown >= UNKNOWN_CODE_TRIES)
        throw new SallyportError("forbidden", "This broker does not know this claim code.", {
          hint: "Compare it with the label or the console, and the broker's address, too.",
        });
      const pause = failure.kind === "refused" ? UNKNOWN_CODE_PAUSE_MS : backOffDelayMs(tries, NETWORK_BACK_OFF, Math.random());
      options.log.warn({ reason: failure.reason, retryMs: Math.round(pause) }, "no connection to claim with, trying again");
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  } finally {
    unlock();
  }
}

/** The same code goes on; another one begins again, as the same device. */
function beginClaim({ folder, code, host, port, fleetRoot }: ClaimOptions): StoredClaim {
  const stored = readStoredClaim(folder);
  const claim: StoredClaim =
    stored?.code === code ? { ...stored, host, port } : { code, host, port, identityKey: stored?.identityKey ?? newIdentityKey(), done: false };
  // Once it is known it stays: a code that was typed names none.
  const root = fleetRoot ?? stored?.fleetRoot;
  if (root !== undefined) claim.fleetRoot = root;
  writeStoredClaim(folder, claim);
  return claim;
}

interface Attempt {
  options: ClaimOptions;
  claim: StoredClaim;
  applicant: string;
  agreementKey: Parameters<typeof openProvisioned>[0];
}
type Ended = { is: "done"; claim: GivenClaim } | { is: "lost"; failure: ConnectionFailure };

/** One connection, until the claim is done, refused (throws) or the connection is over. */
async function oneConnection({ options, claim, applicant, agreementKey }: Attempt): Promise<Ended> {
  const client = openClient(options, claim.code, applicant);
  let phase: ClaimPhase = "offline";
  let current = claim;
  let silence: NodeJS.Timeout | undefined;
  let work: Promise<void> = Promise.resolve();
  const say = (message: object) => client.publish(claimTopics.up(applicant), JSON.stringify(message), { qos: 1 });
  try {
    return await new Promise<Ended>((resolve, reject) => {
      const perform: Record<NonNullable<ClaimAct>, (down: ClaimDown | undefined) => Promise<void> | void> = {
        hello: () => void say({ hello: { serial: options.serial, fleet: options.fleet } }),
        async prove(down) {
          if (!down || !("challenge" in down)) return;
          const { serial, fleet, name } = options;
          const { kty, crv, x, y } = agreementKeySchema.parse(agreementKey);
          const { nonce } = down.challenge;
          say({ proof: await signClaim(current.identityKey, { nonce, agreementKey: { kty, crv, x, y }, serial, fleet, name }) });
        },
        async store(down) {
          if (!down || !("provisioned" in down)) return;
          current = await storeGiven(options.folder, current, agreementKey, down.provisioned);
          await perform.sayStored(undefined);
        },
        async sayStored() {
          if (current.given) say({ stored: await signClaim(current.identityKey, { stored: current.given.tokenId }) });
        },
        tellWaiting: () =>
          options.log.info(
            { step: "waiting", fingerprint: fingerprintOf(applicant) },
            `somebody has to agree in the console; fingerprint ${fingerprintOf(applicant)}`,
          ),
        giveUp: (down) => reject(refusal(down && "refused" in down ? down.refused.code : "denied")),
        finish() {
          if (!current.given) return;
          current = { ...current, done: true };
          writeStoredClaim(options.folder, current);
          resolve({ is: "done", claim: { ...current, given: current.given ?? claim.given } as Extract<Ended, { is: "done" }>["claim"] });
        },
      };
      const on = (event: ClaimEvent, down?: ClaimDown) => {
        work = work
          .then(async () => {
            const step = advanceClaim(phase, event);
            phase = step.phase;
            options.log.info({ step: event.is, phase }, "claim");
            clearTimeout(silence);
            if (phase !== "offline") silence = setTimeout(() => on({ is: "silence" }), SILENCE_MS);
            if (step.act) await perform[step.act](down);
          })
          .catch(reject);
      };
      wire(client, {
        topic: claimTopics.down(applicant),
        hasToken: () => current.given !== undefined,
        on,
        lost: (failure) => resolve({ is: "lost", failure }),
      });
    });
  } finally {
    clearTimeout(silence);
    client.end(true);
  }
}

/** The content key first: where the token stands, everything stands. */
async function storeGiven(folder: string, claim: StoredClaim, agreementKey: Attempt["agreementKey"], jwe: string): Promise<StoredClaim> {
  const { contentKey, ...given } = await openProvisioned(agreementKey, jwe);
  const store = fileKeyStore(keysFile(folder));
  // What is not signed by the fleet root key is not even kept.
  if (contentKey && claim.fleetRoot === undefined) store.write(keysWith(keysIn(store), contentKey));
  const next = { ...claim, given, done: false };
  writeStoredClaim(folder, next);
  return next;
}

const HINTS: Partial<Record<ClaimRefusal, string>> = {
  expired: "Ask for a new one.",
  used_up: "Ask for a new one.",
  revoked: "Ask for a new one.",
  already_claimed: "If this device was reset, ask for a new code: somebody has to agree to its new key.",
  serial_missing: "Give it: --serial NUMBER.",
  suspended: "An operator can make it active again in the console.",
  retired: "An operator can make it active again in the console.",
};

function refusal(code: ClaimRefusal): SallyportError {
  const hint = HINTS[code];
  return new SallyportError("forbidden", `${CLAIM_REFUSALS[code]} (${code})`, hint ? { hint } : {});
}
