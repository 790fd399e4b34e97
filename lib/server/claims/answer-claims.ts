import { z } from "zod";
import type { Env } from "@/lib/base/env";
import { newId } from "@/lib/base/ids";
import { type Admission, admit } from "@/lib/domain/claims/admission";
import { nextEnrolmentState } from "@/lib/domain/claims/enrolment";
import { CLAIM_REFUSALS, type ClaimDown, type ClaimRefusal, claimTopics, fingerprintOf } from "@/lib/protocol/claim";
import type { EnrolmentModel } from "@/prisma/generated/models";
import type { OutboxRow } from "../outbox/index";
import type { Secrets } from "../secrets";
import type { StepContext } from "../step";
import { transact, type WriteContext } from "../verb";
import { type ClaimNonces, claimNonces } from "./claim-nonces";
import { factsOf, loadSituation, type Situation } from "./load-situation";
import { type Admitted, provision } from "./provision";
import { type ClaimSaid, readClaimMessage } from "./read-claim-message";
import { recordRefused } from "./record-refused";

const payloadSchema = z.object({ claimId: z.string(), applicant: z.string(), message: z.string().nullable() });

type Message = { claimId: string; fleetId: string; applicant: string; said: ClaimSaid };
type Answer = { topic: string; payload: string };

interface Answering {
  ctx: WriteContext;
  situation: Situation;
  nonces: ClaimNonces;
}

/**
 * Answers what devices said to claims, in order, all of one claim in one transaction. May run in several workers, and again for
 * the same rows: a proof that was answered is answered with the same.
 */
export async function answerClaims(ctx: StepContext & { secrets: Secrets; env: Env }, rows: readonly OutboxRow[]): Promise<Answer[]> {
  const nonces = claimNonces(ctx.secrets, ctx.clock.now().getTime());
  const messages = await Promise.all(rows.map((row) => readRow(row, nonces)));
  const answers: Answer[] = [];
  for (const claimId of new Set(messages.map((message) => message.claimId))) {
    const ofClaim = messages.filter((message) => message.claimId === claimId);
    const actor = { kind: "system" as const, id: "worker", name: "Sallyport" };
    const context = { ...ctx, actor, fleetId: ofClaim[0]?.fleetId ?? "", via: "worker" as const, requestId: newId("request") };
    answers.push(...(await transact(context, (inside) => answerOfClaim(inside, claimId, ofClaim, nonces))));
  }
  return answers;
}

async function readRow({ payload, fleetId }: OutboxRow, nonces: ClaimNonces): Promise<Message> {
  const { claimId, applicant, message } = payloadSchema.parse(payload);
  // Without a message: somebody decided about it, and it should go on.
  const said: ClaimSaid =
    message === null
      ? { kind: "hello", serial: undefined, fleet: undefined }
      : await readClaimMessage(Buffer.from(message, "base64url"), { claimId, applicant, nonces });
  return { claimId, fleetId: fleetId ?? "", applicant, said };
}

async function answerOfClaim(ctx: WriteContext, claimId: string, messages: readonly Message[], nonces: ClaimNonces): Promise<Answer[]> {
  const situation = await loadSituation(ctx.tx, claimId, {
    applicants: messages.map(({ applicant }) => applicant),
    serials: messages.flatMap(({ said }) => serialOf(said) ?? []),
    lock: messages.some(({ said }) => said.kind === "proof" || said.kind === "stored"),
  });
  if (!situation) return [];
  const answering = { ctx, situation, nonces };
  const proofs = messages.flatMap(({ applicant, said }) => (said.kind === "proof" ? [{ applicant, said }] : []));
  const proved = await answerProofs(answering, proofs);
  const answers: Answer[] = [];
  const refusals: { applicant: string; code: ClaimRefusal; serial: string | undefined }[] = [];
  for (const { applicant, said } of messages) {
    const answer = said.kind === "proof" ? proved.get(said) : await answerOne(answering, applicant, said);
    if (!answer) continue;
    if ("refused" in answer) refusals.push({ applicant, code: answer.refused.code, serial: serialOf(said) });
    answers.push({ topic: claimTopics.down(applicant), payload: JSON.stringify(answer) });
  }
  await recordRefused(ctx, claimId, refusals);
  return answers;
}

function serialOf(said: ClaimSaid): string | undefined {
  return said.kind === "proof" ? said.proof.serial : said.kind === "hello" ? said.serial : undefined;
}

async function answerOne({ ctx, situation, nonces }: Answering, applicant: string, said: Exclude<ClaimSaid, { kind: "proof" }>): Promise<ClaimDown> {
  if (said.kind === "refused") return refused(said.code);
  const enrolment = situation.enrolments.get(applicant);
  const challenge = { challenge: { nonce: nonces.make({ claimId: situation.claim.id, applicant }) } };
  if (said.kind === "stored") {
    const state = nextEnrolmentState(enrolment?.state, "stored");
    // It stored an answer that another one has overtaken: it proves its key again, and gets the one that counts.
    if (!enrolment || !state || enrolment.tokenId !== said.tokenId) return challenge;
    await markStored(ctx, enrolment);
    return { done: { device: enrolment.deviceId ?? "" } };
  }
  const serial = said.serial ?? enrolment?.serial ?? undefined;
  const admission = admit(factsOf(situation, { applicant, serial, fleet: said.fleet }, ctx.now));
  if (!admission.ok) return refused(admission.code);
  return enrolment?.state === "waiting" ? waiting(applicant) : challenge;
}

async function markStored({ tx, now }: WriteContext, { id, deviceId, state }: EnrolmentModel): Promise<void> {
  if (state === "stored") return;
  await tx.enrolment.update({ where: { id }, data: { state: "stored", answer: null, updatedAt: now } });
  // What the device would say of it on `up/key`: it has the newest version.
  await tx.$executeRaw`
    update content_key k set received_at = coalesce(received_at, ${now}::timestamptz)
    where device_id = ${deviceId} and announcement is null and version = (select max(version) from content_key where device_id = ${deviceId})`;
}

type Proof = Extract<ClaimSaid, { kind: "proof" }>;

/** Decides one after the other, in the order in which they came, and then writes all of them together. */
async function answerProofs({ ctx, situation }: Answering, proofs: readonly { applicant: string; said: Proof }[]): Promise<Map<Proof, ClaimDown>> {
  const answers = new Map<Proof, ClaimDown>();
  const issue: { said: Proof; admitted: Admitted; enrolment: EnrolmentModel | undefined }[] = [];
  for (const { applicant, said } of proofs) {
    const { proof, identityKey } = said;
    const enrolment = situation.enrolments.get(applicant);
    if (enrolment?.state === "issued" && enrolment.answer !== null && enrolment.answeredNonce === proof.nonce) {
      answers.set(said, { provisioned: enrolment.answer });
      continue;
    }
    // The same device twice in one go: the other one is answered, and this one is repeated if it has to be.
    if (issue.some(({ admitted }) => admitted.applicant === applicant)) continue;
    const facts = factsOf(situation, { applicant, serial: proof.serial, fleet: proof.fleet }, ctx.now);
    const admission = admit(facts);
    const state = admission.ok ? nextEnrolmentState(enrolment?.state, "proof", admission.needsPerson) : undefined;
    if (!admission.ok || !state) {
      answers.set(said, refused(admission.ok ? "denied" : admission.code));
      continue;
    }
    if (!enrolment) situation.claim.used++;
    if (state === "waiting") {
      if (!enrolment) await makeWaiting(ctx, situation, { applicant, said, admission });
      answers.set(said, waiting(applicant));
      continue;
    }
    const known = facts.device && { deviceId: facts.device.deviceId, name: facts.device.name };
    const { agreementKey, serial, name } = proof;
    issue.push({ said, enrolment, admitted: { applicant, identityKey, agreementKey, serial, name, kind: admission.kind, known } });
    // A second device with this serial number is one too many, also within one go.
    if (serial !== undefined && !known) situation.bySerial.set(serial, placeholder(situation, applicant, serial));
  }
  await writeIssued(ctx, situation, issue, answers);
  const used = situation.claim.used;
  if (proofs.length > 0) await ctx.tx.claim.updateMany({ where: { id: situation.claim.id, used: { not: used } }, data: { used } });
  return answers;
}

function placeholder({ claim }: Situation, thumbprint: string, serial: string) {
  return { deviceId: "", fleetId: claim.fleetId, thumbprint, serial, name: "", lifecycle: "active" as const };
}

async function makeWaiting(
  ctx: WriteContext,
  { claim }: Situation,
  { applicant, said, admission }: { applicant: string; said: Proof; admission: Extract<Admission, { ok: true }> },
): Promise<void> {
  const id = newId("enrolment");
  await ctx.tx.enrolment.create({ data: { ...newRow(ctx, claim.id, { applicant, said }), id, kind: admission.kind, state: "waiting" } });
  await ctx.audit({ action: "enrolment.waiting", objectKind: "enrolment", objectId: id, after: { claim: claim.id, serial: said.proof.serial } });
}

function newRow({ fleetId, now }: WriteContext, claimId: string, { applicant, said: { proof, identityKey } }: { applicant: string; said: Proof }) {
  const { agreementKey, serial = null, name = null } = proof;
  return { fleetId, claimId, thumbprint: applicant, identityJwk: identityKey, agreementJwk: agreementKey, serial, name, createdAt: now, updatedAt: now };
}

async function writeIssued(
  ctx: WriteContext,
  { claim }: Situation,
  issue: readonly { said: Proof; admitted: Admitted; enrolment: EnrolmentModel | undefined }[],
  answers: Map<Proof, ClaimDown>,
): Promise<void> {
  if (issue.length === 0) return;
  const provisions = await provision(
    ctx,
    claim,
    issue.map(({ admitted }) => admitted),
  );
  const fresh = [];
  for (const [index, { said, admitted, enrolment }] of issue.entries()) {
    const made = provisions[index];
    if (!made) continue;
    const { deviceId, tokenId, sealed } = made;
    answers.set(said, { provisioned: sealed });
    const { applicant, kind } = admitted;
    const issued = { state: "issued" as const, deviceId, tokenId, answer: sealed, answeredNonce: said.proof.nonce, updatedAt: ctx.now };
    if (enrolment) await ctx.tx.enrolment.update({ where: { id: enrolment.id }, data: { ...issued, agreementJwk: said.proof.agreementKey } });
    else fresh.push({ ...newRow(ctx, claim.id, { applicant, said }), ...issued, id: newId("enrolment"), kind });
  }
  await ctx.tx.enrolment.createMany({ data: fresh });
  await auditIssued(ctx, claim.id, provisions);
}

/** One device is told as itself, many that came together as the claim that let them in. */
async function auditIssued(ctx: WriteContext, claimId: string, provisions: readonly { deviceId: string; tokenId: string }[]): Promise<void> {
  const [one] = provisions;
  if (one && provisions.length === 1)
    await ctx.audit({ action: "device.claimed", objectKind: "device", objectId: one.deviceId, after: { claim: claimId, tokenId: one.tokenId } });
  else
    await ctx.audit({
      action: "devices.claimed",
      objectKind: "claim",
      objectId: claimId,
      after: { devices: provisions.length, deviceIds: provisions.map(({ deviceId }) => deviceId) },
    });
}

function refused(code: ClaimRefusal): ClaimDown {
  return { refused: { code, message: CLAIM_REFUSALS[code] } };
}

function waiting(applicant: string): ClaimDown {
  return {
    waiting: {
      code: "pending_approval",
      fingerprint: fingerprintOf(applicant),
      message: "Somebody has to agree in the console: compare the fingerprint there.",
    },
  };
}
