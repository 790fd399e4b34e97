import { SallyportError } from "@/lib/base/errors";
import type { SignedBatch, VaultView } from "@/lib/domain/sealed/sealed-view";
import type { SealedSession } from "@/lib/domain/sealed/session";
import type { PrivateKey } from "@/lib/domain/sealed/vault";
import { askOperator, fetchRecovery, fetchSealed, fetchVault, sendSigned } from "../commands/sealed";
import { sealedStore, seenOf } from "./session-store";

interface Place {
  fleet: string;
  user: string;
}

/** Loaded when it is needed: no other page carries the cryptography for this. */
const parts = async () => {
  const [acts, chain, session, vault, recovery, view] = await Promise.all([
    import("@/lib/domain/sealed/acts"),
    import("@/lib/domain/sealed/chain"),
    import("@/lib/domain/sealed/session"),
    import("@/lib/domain/sealed/vault"),
    import("@/lib/domain/sealed/recovery-code"),
    import("@/lib/domain/sealed/sealed-view"),
  ]);
  return { ...acts, ...chain, ...session, ...vault, ...recovery, ...view };
};

const publicOf = ({ kty, crv, x, y }: PrivateKey) => ({ kty, crv, x, y });

/** Makes the reader's key pair here, closes it by the passphrase and asks to be admitted with its public part. */
export async function makeKeyPair({ fleet }: Place, passphrase: string): Promise<void> {
  const { newKeyPair, closeVault } = await parts();
  const pair = await newKeyPair();
  await askOperator(fleet, { publicKey: publicOf(pair), vault: await closeVault(pair, passphrase) });
}

interface Prepared {
  recoveryCode: string;
  /** Nothing has left this browser before it is called. */
  send: () => Promise<void>;
}

/** Makes everything that a sealed fleet begins with. */
export async function prepareSealing({ fleet, user }: Place, passphrase: string, version: number): Promise<Prepared> {
  const { newKeyPair, closeVault, newRecoveryCode, openSealedFleet } = await parts();
  const [own, spare, recoveryCode] = await Promise.all([newKeyPair(), newKeyPair(), newRecoveryCode()]);
  const [vault, recoveryVault] = await Promise.all([closeVault(own, passphrase), closeVault(spare, recoveryCode)]);
  const recovery = { publicKey: publicOf(spare), vault: recoveryVault };
  const at = new Date().toISOString();
  const done = await openSealedFleet({ fleet, operator: user, publicKey: publicOf(own), recovery, version, at });
  return {
    recoveryCode,
    async send() {
      await askOperator(fleet, { publicKey: publicOf(own), vault });
      await sendAll(fleet, done.batches);
      sealedStore.set(fleet, user, { session: done.session, privateKey: own });
    },
  };
}

/** `root`: the thumbprint that the reader has compared; not needed where this browser has seen the fleet before. */
export async function unlock(place: Place, passphrase: string, root: string | undefined): Promise<void> {
  const { openVault } = await parts();
  const vault = await fetchVault(place.fleet);
  const privateKey = vault.vault === null ? undefined : await openVault(vault.vault, passphrase);
  if (!privateKey) throw new SallyportError("forbidden", "That is not the passphrase of your key pair.");
  await openWith(place, privateKey, { operator: place.user, vault, root });
}

export async function unlockByRecovery(place: Place, typed: string, root: string | undefined): Promise<void> {
  const { openVault, readRecoveryCode, RECOVERY } = await parts();
  const code = await readRecoveryCode(typed);
  if (code === undefined) throw new SallyportError("invalid_input", "A letter of it is wrong or missing.");
  const vault = await fetchRecovery(place.fleet);
  const privateKey = await openVault(vault.vault ?? "", code);
  if (!privateKey) throw new SallyportError("forbidden", "That is not the recovery key of this fleet.");
  await openWith(place, privateKey, { operator: RECOVERY, vault, root });
}

/** Reads what was signed meanwhile, here or elsewhere. */
export async function refresh(place: Place): Promise<SealedSession> {
  const known = sealedStore.of(place.fleet, place.user);
  if (!known) throw new SallyportError("conflict", "Unlock first.");
  const { operator } = known.session;
  const { RECOVERY } = await parts();
  const vault = operator === RECOVERY ? await fetchRecovery(place.fleet) : await fetchVault(place.fleet);
  return openWith(place, known.privateKey, { operator, vault, root: known.session.chain.root });
}

export type Act = (
  session: SealedSession,
  acts: typeof import("@/lib/domain/sealed/acts"),
  at: string,
) => Promise<{ batches: SignedBatch[]; session: SealedSession }>;

/** One act of an admin: signed here upon the newest statements, then sent. */
export async function perform(place: Place, act: Act): Promise<void> {
  const session = await refresh(place);
  const done = await act(session, await import("@/lib/domain/sealed/acts"), new Date().toISOString());
  await sendAll(place.fleet, done.batches);
  const known = sealedStore.of(place.fleet, place.user);
  if (known) sealedStore.set(place.fleet, place.user, { ...known, session: done.session });
}

async function openWith(place: Place, privateKey: PrivateKey, { operator, vault, root }: { operator: string; vault: VaultView; root: string | undefined }) {
  const { fleet, user } = place;
  const { openSession, CHAIN_REFUSALS } = await parts();
  const view = await fetchSealed(fleet);
  const seen = seenOf(fleet);
  const trusted = seen?.root ?? root;
  if (!view.sealed || trusted === undefined || trusted !== view.sealed.root) throw notBelieved(CHAIN_REFUSALS.other_root);
  const read = await openSession({
    fleet,
    operator,
    privateKey,
    statements: view.statements,
    root: trusted,
    seen,
    wraps: vault.wraps,
    rootWrap: vault.rootWrap,
  });
  if (!read.ok) {
    if (read.reason === "not_admitted") throw new SallyportError("forbidden", "You are not admitted to this fleet with this key pair.");
    if (read.reason === "wrong_fleet_key") throw notBelieved("The server gave a fleet key that is not the one that was signed.");
    throw notBelieved(CHAIN_REFUSALS[read.reason]);
  }
  sealedStore.set(fleet, user, { session: read.session, privateKey });
  return read.session;
}

function notBelieved(why: string): SallyportError {
  return new SallyportError("conflict", `What the server says of this fleet's keys is not believed. ${why}`, {
    hint: "Do not go on. Compare the root fingerprint with another admin, and have the server looked at.",
  });
}

async function sendAll(fleet: string, batches: readonly SignedBatch[]): Promise<void> {
  for (const batch of batches) await sendSigned(fleet, batch);
}
