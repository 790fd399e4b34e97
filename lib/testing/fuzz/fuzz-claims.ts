import { generateKeyPairSync, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { CompactSign, calculateJwkThumbprint } from "jose";
import { createLog } from "@/lib/base/log";
import { CLAIM_REFUSAL_CODES, claimDownSchema, type IdentityKey, identityKeySchema } from "@/lib/protocol/claim";
import { answerClaims } from "@/lib/server/claims/answer-claims";
import { createClaim } from "@/lib/server/claims/create-claim";
import type { Database } from "@/lib/server/database/client";
import { ensureSigningKey } from "@/lib/server/tokens/signing-keys";
import { makeContext } from "../context";
import { makeFleet, makeProfile } from "../factories";
import { testSecrets } from "../secrets";
import { stateOf } from "./state-of";

/** Messages that are answered in one transaction, as the worker does it. */
const TOGETHER = 50;

interface Applicant {
  thumbprint: string;
  sign(payload: object): Promise<string>;
}

async function applicant(): Promise<Applicant> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = publicJwk(publicKey);
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    sign: (payload) => new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader({ alg: "ES256", jwk }).sign(privateKey),
  };
}

const publicJwk = (key: KeyObject): IdentityKey => identityKeySchema.parse(key.export({ format: "jwk" }));

/** Signed documents, whole and damaged: a letter changed, parts of two in one, no algorithm, cut. */
function damaged(signed: readonly string[]): fc.Arbitrary<string> {
  const one = fc.constantFrom(...signed);
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  return fc.oneof(
    one,
    fc.tuple(one, fc.nat(400), fc.constantFrom("A", "B", "_", ".", "=")).map(([jws, at, letter]) => jws.slice(0, at) + letter + jws.slice(at + 1)),
    fc.tuple(one, one, one).map((three) => three.map((jws, part) => jws.split(".")[part] ?? "").join(".")),
    one.map((jws) => `${none}.${jws.split(".")[1]}.`),
    fc.tuple(one, fc.nat(600)).map(([jws, length]) => jws.slice(0, length)),
  );
}

function message(signed: readonly string[]): fc.Arbitrary<Buffer> {
  const odd = fc.oneof(fc.string({ unit: "binary", maxLength: 70 }), fc.constantFrom("dev_0", "flt_0", "\0", "__proto__", "../x"), fc.json({ maxDepth: 2 }));
  const said = fc.oneof(
    damaged(signed).map((proof) => ({ proof })),
    damaged(signed).map((stored) => ({ stored })),
    fc.record({ hello: fc.record({ serial: odd, fleet: odd }, { requiredKeys: [] }) }),
    fc.tuple(damaged(signed), odd).map(([proof, more]) => ({ proof, device: more })),
    fc.jsonValue({ maxDepth: 3 }),
  );
  return fc.oneof(
    { weight: 5, arbitrary: said.map((value) => Buffer.from(JSON.stringify(value))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.nat(5_000).map((length) => Buffer.from("[".repeat(length))) },
  );
}

export interface ClaimFindings {
  cases: number;
  answered: number;
  refused: number;
  challenged: number;
}

/**
 * Sends so many messages to two claims, from a device that is half way in, from one that only has the code, and from strangers. None of them
 * holds what lets somebody in (an own key's signature over an own nonce). Throws, with the messages, when one is not answered as
 * the protocol says, or when anybody was let in, or anything else changed that a stranger may not change.
 */
export async function fuzzClaims(database: Database, cases: number, seed?: number): Promise<ClaimFindings> {
  await ensureSigningKey(database, testSecrets());
  const { id: fleetId } = await makeFleet(database);
  await makeProfile(database, fleetId);
  const context = makeContext(database, { fleetId });
  const [one, other] = [await createClaim(context, { name: "one", uses: 1_000 }), await createClaim(context, { name: "other", uses: 1_000, approval: "ask" })];
  const claimIds = [one.claim.id, other.claim.id];
  const worker = { ...context, log: createLog("fuzz", "silent") };
  const say = async (messages: readonly { claimId: string; from: string; bytes: Buffer }[]) => {
    const rows = messages.map(({ claimId, from, bytes }, index) => ({
      id: String(index + 1),
      kind: "claim.answer" as const,
      fleetId,
      payload: { claimId, applicant: from, message: bytes.toString("base64url") },
      attempts: 0,
    }));
    return (await answerClaims(worker, rows)).map(({ payload }) => claimDownSchema.parse(JSON.parse(payload)));
  };
  const tell = (claimId: string, from: string, value: object) => say([{ claimId, from, bytes: Buffer.from(JSON.stringify(value)) }]);
  const nonceFor = async (claimId: string, from: string) => {
    const [answer] = await tell(claimId, from, { hello: {} });
    return answer && "challenge" in answer ? answer.challenge.nonce : "";
  };

  const [victim, attacker] = [await applicant(), await applicant()];
  const agreementKey = publicJwk(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey);
  const genuine = await victim.sign({ nonce: await nonceFor(one.claim.id, victim.thumbprint), agreementKey, serial: "s-1", name: "victim" });
  const [provisioned] = await tell(one.claim.id, victim.thumbprint, { proof: genuine });
  if (!provisioned || !("provisioned" in provisioned)) throw new Error(`The device that should come in did not: ${JSON.stringify(provisioned)}`);
  const enrolment = await database.prisma.enrolment.findFirstOrThrow({ where: { claimId: one.claim.id } });
  const signed = [
    genuine,
    // With a nonce of another, of another claim, and one that nobody made.
    await attacker.sign({ nonce: await nonceFor(one.claim.id, victim.thumbprint), agreementKey }),
    await victim.sign({ nonce: await nonceFor(other.claim.id, victim.thumbprint), agreementKey, fleet: "flt_0" }),
    await attacker.sign({ nonce: "A".repeat(120), agreementKey, serial: "s-1" }),
    // That the victim's token is stored, by somebody else; and by itself of a token that is not its own.
    await attacker.sign({ stored: enrolment.tokenId }),
    await victim.sign({ stored: "tok_0" }),
  ];
  const before = await stateOf(database);
  const senders = fc.constantFrom(victim.thumbprint, attacker.thumbprint, "A".repeat(43));
  const found = { cases: 0, answered: 0, refused: 0, challenged: 0 };
  const sent = fc.record({ claimId: fc.constantFrom(...claimIds), from: senders, bytes: message(signed) });
  const property = fc.asyncProperty(fc.array(sent, { minLength: TOGETHER, maxLength: TOGETHER, size: "max" }), async (messages) => {
    const answers = await say(messages);
    found.cases += messages.length;
    found.answered += answers.length;
    for (const answer of answers) {
      if ("refused" in answer && CLAIM_REFUSAL_CODES.includes(answer.refused.code)) found.refused++;
      if ("challenge" in answer) found.challenged++;
      if ("done" in answer) throw new Error("somebody else's word was taken for the device's");
      if ("provisioned" in answer && answer.provisioned !== provisioned.provisioned) throw new Error("something new was handed out");
    }
  });
  await fc.assert(property, { numRuns: Math.ceil(cases / TOGETHER), ...(seed === undefined ? {} : { seed }) });
  if ((await stateOf(database)) !== before) throw new Error("Somebody was let in, or something else has changed.");
  return found;
}
