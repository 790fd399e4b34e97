import { base64url } from "jose";
import { SallyportError } from "@/lib/base/errors";
import type { AgreementKey } from "@/lib/protocol/key-exchange";
import { announceKey } from "@/lib/protocol/sealed/announcement";
import { thumbprintOf } from "@/lib/protocol/sealed/root-signature";
import { emptyChain, extendChain, type Says, type SealedChain, signStatement } from "./chain";
import { deviceContentKey, fleetKeyCheck, newFleetKey, sealTo } from "./fleet-key";
import { RECOVERY, type SealedDeviceView, type SignedBatch } from "./sealed-view";
import type { SealedSession } from "./session";
import { newKeyPair, type PrivateKey } from "./vault";

/** What an admin's browser does, and only there: each answers what is to be sent to the server, and the session as it is after that. */
interface Done {
  /** To be sent in this order. */
  batches: SignedBatch[];
  session: SealedSession;
}

const PER_BATCH = 100;
const batch = (after: number, part: Partial<SignedBatch>): SignedBatch => ({ after, statements: [], wraps: [], rootWraps: [], announcements: [], ...part });

interface Opening {
  fleet: string;
  operator: string;
  publicKey: AgreementKey;
  recovery: { publicKey: AgreementKey; vault: string };
  /** The first version of the fleet key: above every content key that there is. */
  version: number;
  at: string;
}

/** Makes root key and fleet key, and admits whoever does it and the recovery key. */
export async function openSealedFleet({ fleet, operator, publicKey, recovery, version, at }: Opening): Promise<Done> {
  const root = await newKeyPair();
  const { d: _private, ...rootKey } = root;
  const chain = emptyChain(fleet, await thumbprintOf(root));
  const before: SealedSession = { fleet, operator, chain, root, fleetKeys: new Map() };
  const { statements, session } = await say(before, at, [
    { kind: "opened", rootKey },
    { kind: "operator_admitted", operator, key: publicKey, signs: true },
    { kind: "operator_admitted", operator: RECOVERY, key: recovery.publicKey, signs: true },
  ]);
  const made = await makeFleetKey(session, version, at);
  const rootWraps = await wrapRoot(
    root,
    [...session.chain.operators].map(([name, { key }]) => [name, key] as const),
  );
  const first = batch(0, { statements: [...statements, ...made.statements], wraps: made.wraps, rootWraps, recovery });
  return { batches: [first], session: made.session };
}

/** Lets an operator read all that the session can read; with `signs`, hand on keys and admit others, too. */
export async function admitOperator(session: SealedSession, who: { operator: string; key: AgreementKey; signs: boolean }, at: string): Promise<Done> {
  const root = rootOf(session);
  const said = await say(session, at, [{ kind: "operator_admitted", ...who }]);
  const wraps = await Promise.all([...session.fleetKeys].map(([version, key]) => wrapFleetKey(key, version, who.operator, who.key)));
  const rootWraps = who.signs ? await wrapRoot(root, [[who.operator, who.key]]) : [];
  return { batches: [batch(session.chain.n, { statements: said.statements, wraps, rootWraps })], session: said.session };
}

/** Takes an operator out and gives fleet and devices a new key in the same act: what is sent from now on they cannot read. */
export async function removeOperator(session: SealedSession, operator: string, devices: readonly SealedDeviceView[], at: string): Promise<Done> {
  const removed = await say(session, at, [{ kind: "operator_removed", operator }]);
  const rotated = await rotateFleetKey(removed.session, devices, at);
  const [first, ...others] = rotated.batches;
  const together = batch(session.chain.n, { ...first, after: session.chain.n, statements: [...removed.statements, ...(first?.statements ?? [])] });
  return { batches: [together, ...others], session: rotated.session };
}

/** A new fleet key for all operators, and from it a new content key for each device that was signed, with the public key that was signed. */
export async function rotateFleetKey(session: SealedSession, devices: readonly SealedDeviceView[], at: string): Promise<Done> {
  const made = await makeFleetKey(session, session.chain.version + 1, at);
  const announcements = await announceAll(made.session, await signedOf(session.chain, devices));
  const after = session.chain.n;
  const first = batch(after, { statements: made.statements, wraps: made.wraps, announcements: announcements.slice(0, PER_BATCH) });
  return { batches: [first, ...inBatches(made.session.chain.n, announcements.slice(PER_BATCH))], session: made.session };
}

/**
 * Signs the public keys of devices that have none signed yet, and announces the newest content key to all of these. A device that
 * shows another key than the signed one is refused: it needs a new fleet key, so that whoever has the old one learns nothing more.
 */
export async function signDevices(session: SealedSession, devices: readonly SealedDeviceView[], at: string): Promise<Done> {
  const keys = await Promise.all(devices.map(async ({ deviceId, publicKey }) => [deviceId, await thumbprintOf(publicKey)] as const));
  const changed = keys.find(([id, key]) => (session.chain.devices.get(id) ?? key) !== key);
  if (changed) throw new SallyportError("conflict", `${changed[0]} shows another public key than the one that was signed.`, { hint: "Exchange its key." });
  const fresh = keys.filter(([id]) => !session.chain.devices.has(id)).map(([id, key]): [string, string] => [id, key]);
  const says: Says[] = [];
  for (let start = 0; start < fresh.length; start += PER_BATCH) says.push({ kind: "devices_signed", devices: fresh.slice(start, start + PER_BATCH) });
  const said = await say(session, at, says);
  const announcements = await announceAll(said.session, devices);
  const first = batch(session.chain.n, { statements: said.statements, announcements: announcements.slice(0, PER_BATCH) });
  return { batches: [first, ...inBatches(said.session.chain.n, announcements.slice(PER_BATCH))], session: said.session };
}

/** A device's other public key takes the place of the signed one, with a new fleet key for everybody. */
export async function exchangeDeviceKey(session: SealedSession, changed: SealedDeviceView, devices: readonly SealedDeviceView[], at: string): Promise<Done> {
  const said = await say(session, at, [{ kind: "devices_signed", devices: [[changed.deviceId, await thumbprintOf(changed.publicKey)]] }]);
  const rotated = await rotateFleetKey(said.session, devices, at);
  const [first, ...others] = rotated.batches;
  const together = batch(session.chain.n, { ...first, after: session.chain.n, statements: [...said.statements, ...(first?.statements ?? [])] });
  return { batches: [together, ...others], session: rotated.session };
}

async function say(session: SealedSession, at: string, says: readonly Says[]): Promise<{ statements: string[]; session: SealedSession }> {
  const root = rootOf(session);
  let { chain } = session;
  const statements: string[] = [];
  for (const one of says) {
    const statement = await signStatement(root, chain, at, one);
    const read = await extendChain(chain, [statement]);
    if (!read.ok) throw new SallyportError("conflict", "This cannot be signed: it contradicts what was signed before.", { hint: "Load the page again." });
    statements.push(statement);
    chain = read.chain;
  }
  return { statements, session: { ...session, chain } };
}

async function makeFleetKey(session: SealedSession, version: number, at: string) {
  const key = newFleetKey();
  const said = await say(session, at, [{ kind: "fleet_key", version, check: await fleetKeyCheck(key, session.fleet, version) }]);
  const wraps = await Promise.all([...session.chain.operators].map(([operator, { key: publicKey }]) => wrapFleetKey(key, version, operator, publicKey)));
  return { statements: said.statements, wraps, session: { ...said.session, fleetKeys: new Map(session.fleetKeys).set(version, key) } };
}

async function wrapFleetKey(key: Uint8Array, version: number, operator: string, publicKey: AgreementKey): Promise<SignedBatch["wraps"][number]> {
  return { operator, version, jwe: await sealTo(publicKey, { key: base64url.encode(key) }) };
}

function wrapRoot(root: PrivateKey, operators: readonly (readonly [string, AgreementKey])[]): Promise<SignedBatch["rootWraps"]> {
  return Promise.all(operators.map(async ([operator, key]) => ({ operator, jwe: await sealTo(key, root) })));
}

/** Those that show the key that was signed; what the server says of others is not believed. */
async function signedOf(chain: SealedChain, devices: readonly SealedDeviceView[]): Promise<SealedDeviceView[]> {
  const signed = await Promise.all(devices.map(async (device) => chain.devices.get(device.deviceId) === (await thumbprintOf(device.publicKey))));
  return devices.filter((_, index) => signed[index]);
}

async function announceAll(session: SealedSession, devices: readonly SealedDeviceView[]): Promise<SignedBatch["announcements"]> {
  const root = rootOf(session);
  const { version } = session.chain;
  const fleetKey = session.fleetKeys.get(version);
  if (!fleetKey) throw new SallyportError("conflict", "This browser does not hold the newest fleet key.", { hint: "Unlock again." });
  return Promise.all(
    devices.map(async ({ deviceId: device, publicKey }) => {
      const key = base64url.encode(await deviceContentKey(fleetKey, session.fleet, device, version));
      return { device, jws: await announceKey(root, { fleet: session.fleet, device, publicKey }, version, key) };
    }),
  );
}

function inBatches(after: number, announcements: SignedBatch["announcements"]): SignedBatch[] {
  const batches: SignedBatch[] = [];
  for (let start = 0; start < announcements.length; start += PER_BATCH)
    batches.push(batch(after, { announcements: announcements.slice(start, start + PER_BATCH) }));
  return batches;
}

function rootOf({ root }: SealedSession): PrivateKey {
  if (root) return root;
  throw new SallyportError("forbidden", "You hold no fleet root key: you read in this fleet, and sign nothing.", { hint: "Ask an admin who does." });
}
