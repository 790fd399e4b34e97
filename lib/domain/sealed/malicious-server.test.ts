import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { thumbprintOf } from "@/lib/protocol/sealed/root-signature";
import { admitOperator, openSealedFleet, removeOperator, rotateFleetKey, signDevices } from "./acts";
import { emptyChain, extendChain, readChain, signStatement } from "./chain";
import { sealTo } from "./fleet-key";
import { RECOVERY, type SealedDeviceView, type SignedBatch } from "./sealed-view";
import { openSession, type SealedSession } from "./session";
import { newKeyPair, type PrivateKey } from "./vault";

const AT = "2026-11-28T12:00:00.000Z";
const fleet = "flt_a";
const publicOf = ({ kty, crv, x, y }: PrivateKey) => ({ kty, crv, x, y });

let ann: PrivateKey;
let bob: PrivateKey;
let server: PrivateKey;
let devices: SealedDeviceView[];
/** Ann opened, signed two devices, admitted Bob, rotated, removed Bob. */
let batches: SignedBatch[];
let statements: string[];
let session: SealedSession;
let root: string;

beforeAll(async () => {
  ann = await newKeyPair();
  bob = await newKeyPair();
  server = await newKeyPair();
  const recovery = { publicKey: publicOf(await newKeyPair()), vault: "v" };
  devices = await Promise.all(
    ["dev_1", "dev_2"].map(async (deviceId) => ({ deviceId, name: deviceId, publicKey: publicOf(await newKeyPair()), version: null })),
  );
  const opened = await openSealedFleet({ fleet, operator: "ann", publicKey: publicOf(ann), recovery, version: 5, at: AT });
  const signed = await signDevices(opened.session, devices, AT);
  const admitted = await admitOperator(signed.session, { operator: "bob", key: publicOf(bob), signs: false }, AT);
  const rotated = await rotateFleetKey(admitted.session, devices, AT);
  const removed = await removeOperator(rotated.session, "bob", devices, AT);
  batches = [opened, signed, admitted, rotated, removed].flatMap((done) => done.batches);
  statements = batches.flatMap((batch) => batch.statements);
  session = removed.session;
  root = session.chain.root;
});

const wrapsOf = (operator: string) => batches.flatMap(({ wraps }) => wraps.filter((wrap) => wrap.operator === operator));
const rootWrapOf = (operator: string) => batches.flatMap(({ rootWraps }) => rootWraps).find((wrap) => wrap.operator === operator)?.jwe ?? null;
const openAs = (operator: string, privateKey: PrivateKey, change: Partial<Parameters<typeof openSession>[0]> = {}) =>
  openSession({ fleet, operator, privateKey, statements, root, seen: undefined, wraps: wrapsOf(operator), rootWrap: rootWrapOf(operator), ...change });

test("an admin opens what she signed, with all fleet keys and the root key", async () => {
  const read = await openAs("ann", ann);
  expect(read).toMatchObject({ ok: true, session: { chain: { n: session.chain.n, head: session.chain.head, version: 7 } } });
  if (!read.ok) return;
  expect([...read.session.fleetKeys]).toEqual([...session.fleetKeys]);
  expect(read.session.root).toEqual(session.root);
  expect([...read.session.chain.operators.keys()]).toEqual(["ann", RECOVERY]);
  expect([...read.session.chain.devices.keys()]).toEqual(["dev_1", "dev_2"]);
});

test("who was removed is not admitted, and was given none of the keys since; before, he read and signed nothing", async () => {
  expect(await openAs("bob", bob)).toEqual({ ok: false, reason: "not_admitted" });
  expect(wrapsOf("bob").map(({ version }) => version)).toEqual([5, 6]);
  const before = await openAs("bob", bob, { statements: statements.slice(0, -2) });
  expect(before).toMatchObject({ ok: true, session: { root: undefined } });
  if (before.ok) await expect(rotateFleetKey(before.session, devices, AT)).rejects.toThrow("sign nothing");
});

test("a server that says it is Bob, or Ann: the chain names their keys", async () => {
  expect(await openAs("ann", server)).toEqual({ ok: false, reason: "not_admitted" });
});

test("a server that signs an operator of its own: not under the root key", async () => {
  const says = { kind: "operator_admitted" as const, operator: "server", key: publicOf(server), signs: true };
  const own = await signStatement(server, session.chain, AT, says);
  expect(await readChain([...statements, own], fleet, root)).toEqual({ ok: false, reason: "other_root", at: session.chain.n + 1 });
  // The true root key in the header, its own signature below.
  const [header] = (statements[0] ?? "").split(".");
  const [, payload, signature] = own.split(".");
  expect(await readChain([...statements, `${header}.${payload}.${signature}`], fleet, root)).toMatchObject({ ok: false, reason: "bad_signature" });
});

test("a server that makes a whole chain of its own: not the root that was compared", async () => {
  const recovery = { publicKey: publicOf(server), vault: "v" };
  const own = await openSealedFleet({ fleet, operator: "ann", publicKey: publicOf(ann), recovery, version: 5, at: AT });
  const forged = own.batches.flatMap((batch) => batch.statements);
  expect(await openAs("ann", ann, { statements: forged })).toEqual({ ok: false, reason: "other_root" });
  const seen = { root, n: 3, head: "x" };
  expect(await readChain(forged, fleet, own.session.chain.root, seen)).toMatchObject({ ok: false, reason: "other_root" });
});

test("a server that drops the removal: whoever has seen it notices", async () => {
  const { n, head } = session.chain;
  expect(await readChain(statements.slice(0, -2), fleet, root, { root, n, head })).toEqual({ ok: false, reason: "rolled_back", at: n - 1 });
  // Or the admin goes on in two tabs of history.
  const other = await rotateFleetKey({ ...session, chain: await chainOf(statements.slice(0, -2)) }, [], AT);
  const forked = [...statements.slice(0, -2), ...other.batches.flatMap((batch) => batch.statements), ...statements.slice(-1)];
  expect(await readChain(forked.slice(0, n), fleet, root, { root, n, head })).toMatchObject({ ok: false });
});

test("a server that hands out a fleet key of its own: it is not the one that the chain speaks of", async () => {
  const wraps = wrapsOf("ann").map((wrap) => ({ ...wrap }));
  wraps[0] = { operator: "ann", version: 5, jwe: await sealTo(publicOf(ann), { key: "A".repeat(43) }) };
  expect(await openAs("ann", ann, { wraps })).toEqual({ ok: false, reason: "wrong_fleet_key" });
  // Or an old one under a newer number.
  const [old, newer] = wrapsOf("ann");
  expect(await openAs("ann", ann, { wraps: [{ version: newer?.version ?? 0, jwe: old?.jwe ?? "" }] })).toEqual({ ok: false, reason: "wrong_fleet_key" });
});

test("a server that hands out a root key of its own: it is none", async () => {
  expect(await openAs("ann", ann, { rootWrap: await sealTo(publicOf(ann), server) })).toMatchObject({ ok: true, session: { root: undefined } });
});

test("a server that swaps a device's key after it was signed: no key is made for it, and signing it is refused", async () => {
  const swapped = devices.map((device, index) => (index === 0 ? { ...device, publicKey: publicOf(server) } : device));
  const rotated = await rotateFleetKey(session, swapped, AT);
  expect(rotated.batches.flatMap(({ announcements }) => announcements.map(({ device }) => device))).toEqual(["dev_2"]);
  await expect(signDevices(session, swapped, AT)).rejects.toThrow("another public key");
});

test("statements of another fleet with the same root are refused", async () => {
  expect(await readChain(statements, "flt_b", root)).toMatchObject({ ok: false, reason: "other_fleet" });
});

test("a fleet key's number never comes back", async () => {
  if (!session.root) throw new Error("no root");
  const again = await signStatement(session.root, session.chain, AT, { kind: "fleet_key", version: 7, check: "A".repeat(43) });
  expect(await extendChain(session.chain, [again])).toMatchObject({ ok: false, reason: "not_sensible" });
});

async function chainOf(some: readonly string[]) {
  const read = await extendChain(emptyChain(fleet, root), some);
  if (!read.ok) throw new Error(read.reason);
  return read.chain;
}

test("whatever a server leaves out, repeats or exchanges within the statements, nobody believes more than a beginning", async () => {
  const orders = fc.array(fc.nat(8), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      const chosen = order.flatMap((index) => statements[index] ?? []);
      const isBeginning = chosen.every((text, index) => text === statements[index]);
      expect((await readChain(chosen, fleet, root)).ok).toBe(isBeginning);
    }),
    { numRuns: 60 },
  );
});

test("any changed letter of any statement is noticed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), fc.constantFrom("A", "Q", "x", "_"), async (which, where, letter) => {
      const index = which % statements.length;
      const text = statements[index] ?? "";
      // The last letter of a signature has bits that mean nothing.
      const at = where % (text.length - 1);
      fc.pre(text[at] !== letter && text[at] !== ".");
      const changed = statements.with(index, text.slice(0, at) + letter + text.slice(at + 1));
      expect((await readChain(changed, fleet, root)).ok).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test("the thumbprint that travels is the root key's own", async () => {
  if (!session.root) throw new Error("no root");
  expect(root).toBe(await thumbprintOf(publicOf(session.root)));
});
