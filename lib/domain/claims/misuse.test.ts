import { expect, test } from "vitest";
import { judgeMisuse, type MisuseSigns } from "./misuse";

const quiet: MisuseSigns = { useLimit: 1, addresses: 1, refused: {} };
const kinds = (signs: Partial<MisuseSigns>) => judgeMisuse({ ...quiet, ...signs }).map(({ kind }) => kind);

test.each<[string, Partial<MisuseSigns>, string[]]>([
  ["nothing", {}, []],
  ["one device that comes too late", { refused: { already_claimed: 1 } }, []],
  ["two that come too late", { refused: { already_claimed: 2 } }, []],
  ["three that come too late", { refused: { already_claimed: 3 } }, ["after_used_up"]],
  ["reasons of one kind count together", { refused: { used_up: 2, already_claimed: 1 } }, ["after_used_up"]],
  ["a mistyped serial number", { refused: { serial_not_allowed: 1, serial_missing: 1 } }, []],
  ["serial numbers tried out", { refused: { serial_not_allowed: 3 } }, ["wrong_serials"]],
  ["a revoked code, once", { refused: { revoked: 1 } }, ["after_revocation"]],
  ["messages that are none", { refused: { malformed: 2, bad_proof: 1 } }, ["bad_proofs"]],
  ["an installer at home, on the way and there", { addresses: 4 }, []],
  ["a code for one device from five places", { addresses: 5 }, ["many_addresses"]],
  ["a code for many devices, each at its own place", { useLimit: 40, addresses: 43 }, []],
  ["expiry, another fleet, a denied device say nothing of the code", { refused: { expired: 9, wrong_fleet: 9, denied: 9, nonce_expired: 9 } }, []],
  ["all of it, the gravest first", { addresses: 9, refused: { used_up: 3, revoked: 1 } }, ["after_revocation", "after_used_up", "many_addresses"]],
])("%s", (_name, signs, wanted) => expect(kinds(signs)).toEqual(wanted));

test("the evidence is a sentence", () => {
  expect(judgeMisuse({ ...quiet, addresses: 5, refused: { revoked: 1 } }).map(({ evidence }) => evidence)).toEqual([
    "1 device tried this code after it was revoked, in 24 hours.",
    "This code for one device was tried from 5 addresses in 24 hours.",
  ]);
});
