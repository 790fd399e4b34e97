import { z } from "zod";
import type { Env } from "@/lib/base/env";
import { newId } from "@/lib/base/ids";
import { judgeRenewal } from "@/lib/domain/renewals/judge-renewal";
import { CLAIM_REFUSALS, type ClaimDown, type ClaimRefusal, fingerprintOf } from "@/lib/protocol/claim";
import { homeTopics } from "@/lib/protocol/home";
import { topics } from "@/lib/protocol/topics";
import { type ClaimNonces, claimNonces } from "../claims/claim-nonces";
import { type ClaimSaid, readClaimMessage } from "../claims/read-claim-message";
import type { OutboxRow } from "../outbox/index";
import type { Secrets } from "../secrets";
import type { StepContext } from "../step";
import { transact, type WriteContext } from "../verb";
import { finishRenewal } from "./finish-renewal";
import { issueSuccessor } from "./issue-successor";
import { loadRenewal, type RenewalDoor, type RenewalSituation, renewalFacts } from "./load-renewal";

const payloadSchema = z.union([
  z.object({ via: z.literal("grant"), deviceId: z.string(), message: z.string() }),
  z.object({ via: z.literal("home"), applicant: z.string(), message: z.string().nullable() }),
]);

interface Answer {
  topic: string;
  payload: string;
}

/**
 * Answers what devices said of their tokens, one after the other, each in its own transaction: over their own topics, and on their way home.
 * May run in several workers, and again for the same rows. The messages are those of the claim protocol.
 */
export async function answerRenewals(ctx: StepContext & { secrets: Secrets; env: Env }, rows: readonly OutboxRow[]): Promise<Answer[]> {
  const nonces = claimNonces(ctx.secrets, ctx.clock.now().getTime());
  const answers: Answer[] = [];
  for (const { payload, fleetId } of rows) {
    const { message, ...door } = payloadSchema.parse(payload);
    const actor = { kind: "system" as const, id: "worker", name: "Sallyport" };
    const context = { ...ctx, actor, fleetId: fleetId ?? "", via: "worker" as const, requestId: newId("request") };
    const said = await transact(context, (inside) => answerOne(inside, door, message, nonces));
    const topic = door.via === "grant" ? topics.down(context.fleetId, door.deviceId, "token") : homeTopics.down(door.applicant);
    answers.push({ topic, payload: JSON.stringify(said) });
  }
  return answers;
}

async function answerOne(ctx: WriteContext, door: RenewalDoor, message: string | null, nonces: ClaimNonces): Promise<ClaimDown> {
  const situation = await loadRenewal(ctx, door);
  if (!situation) return refused("unknown_key");
  // No claim id begins like this: neither's nonces fit the other's.
  const bound = { claimId: `renewal:${situation.device.id}`, applicant: situation.identity.thumbprint };
  const said: ClaimSaid =
    message === null ? { kind: "hello", serial: undefined, fleet: undefined } : await readClaimMessage(Buffer.from(message, "base64url"), { ...bound, nonces });
  if (said.kind === "refused") return refused(said.code);
  const challenge = { challenge: { nonce: nonces.make(bound) } };
  if (said.kind === "stored") return (await finishRenewal(ctx, situation, said.tokenId)) ? { done: { device: situation.device.id } } : challenge;
  const verdict = judgeRenewal(renewalFacts(situation), ctx.now);
  if (verdict.is === "refuse") return refused(verdict.code);
  // A person is asked only about a device that has proved its key.
  if (said.kind === "hello") return verdict.is === "wait" && situation.renewal?.state === "waiting" ? waiting(situation) : challenge;
  if (verdict.is === "issue") return { provisioned: await issueSuccessor(ctx, situation, said.proof.agreementKey) };
  await keepWaiting(ctx, situation);
  return waiting(situation);
}

async function keepWaiting(ctx: WriteContext, { device, renewal }: RenewalSituation): Promise<void> {
  if (renewal?.state === "waiting") return;
  const row = { fleetId: ctx.fleetId, state: "waiting" as const, via: "home", tokenId: null, answer: null, updatedAt: ctx.now };
  await ctx.tx.deviceRenewal.upsert({ where: { deviceId: device.id }, create: { deviceId: device.id, ...row }, update: row });
  await ctx.audit({ action: "renewal.waiting", objectKind: "device", objectId: device.id });
}

function refused(code: ClaimRefusal): ClaimDown {
  return { refused: { code, message: CLAIM_REFUSALS[code] } };
}

function waiting({ identity }: RenewalSituation): ClaimDown {
  const message = "Somebody has to agree in the console that this device comes back: compare the fingerprint there.";
  return { waiting: { code: "pending_approval", fingerprint: fingerprintOf(identity.thumbprint), message } };
}
