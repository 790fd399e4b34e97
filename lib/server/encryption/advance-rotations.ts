import { newId } from "@/lib/base/ids";
import type { HaltedRotation } from "@/lib/domain/alerts/webhook-body";
import { decideRotation } from "@/lib/domain/encryption/decide-rotation";
import { nextRotationState, type RotationEvent } from "@/lib/domain/encryption/rotation-state";
import type { KeyRotation } from "@/prisma/generated/client";
import type { Context } from "../context";
import { inTransaction, type WriteContext } from "../verb";
import { beginWave } from "./begin-wave";
import { countWaves, waveFacts } from "./rotation-facts";

/** What the worker walks rotations with. */
export type RotationWalker = Pick<Context, "database" | "clock" | "env" | "secrets">;

const BY = { kind: "system", id: "key-rotation", name: "Sallyport" } as const;

/**
 * Looks at every running rotation once: begins the next wave, halts, or finishes it. Each in one transaction that holds the
 * rotation's row: another worker passes over it, and one that is killed has either done a step whole or not at all.
 */
export async function advanceRotations(ctx: RotationWalker): Promise<number> {
  const running = await ctx.database.prisma.keyRotation.findMany({ where: { state: "running" }, select: { id: true, fleetId: true }, orderBy: { id: "asc" } });
  let moved = 0;
  for (const { id, fleetId } of running) {
    const base: Context = { ...ctx, fleetId, actor: BY, via: "worker", requestId: newId("request") };
    const didMove = await ctx.database.prisma.$transaction((tx) => advance(inTransaction(base, tx), id), { timeout: 60_000 });
    if (didMove) moved++;
  }
  return moved;
}

async function advance(ctx: WriteContext, id: string): Promise<boolean> {
  const [locked] = await ctx.tx.$queryRaw<{ id: string }[]>`select id from key_rotation where id = ${id} and state = 'running' for update skip locked`;
  if (!locked) return false;
  const rotation = await ctx.tx.keyRotation.findUniqueOrThrow({ where: { id } });
  const waves = (await countWaves(ctx.tx, id, ctx.now)).map(waveFacts);
  const { wave, waveCount, abortPercent, toleratedFailures } = rotation;
  const facts = {
    wave,
    waveCount,
    abortPercent,
    toleratedFailures,
    waves,
    waveStartedAt: rotation.waveStartedAt.getTime(),
    soakMs: rotation.soakSeconds * 1000,
  };
  const decision = decideRotation(facts, ctx.now.getTime());
  if (decision.kind === "wait") return false;
  if (decision.kind === "begin_wave") {
    await ctx.tx.keyRotation.update({ where: { id }, data: { wave: decision.wave, waveStartedAt: ctx.now } });
    const devices = await beginWave(ctx, { rotationId: id, overlapSeconds: rotation.overlapSeconds }, decision.wave);
    await ctx.audit({ action: "key_rotation.wave_begun", objectKind: "keyRotation", objectId: id, after: { wave: decision.wave, devices } });
    return true;
  }
  if (decision.kind === "halt") await halt(ctx, rotation, decision);
  else await moveRotation(ctx, rotation, "settled", "Every device is settled.");
  return true;
}

/** Whoever started it may be asleep: the channels are told. */
async function halt(ctx: WriteContext, rotation: KeyRotation, { failed, of }: { failed: number; of: number }): Promise<void> {
  const { id, reason, deviceCount, abortPercent } = rotation;
  const why = `${failed} of ${of} devices failed, more than ${abortPercent} %.`;
  if (!(await moveRotation(ctx, rotation, "threshold", why))) return;
  const halted: HaltedRotation = { id, reason, why, devices: deviceCount, failed, haltedAt: ctx.now.toISOString() };
  await ctx.enqueue("rotation.notify", halted);
}

/** Takes the step of the state machine, with its audit event. False: there is no such step. The caller holds the row. */
export async function moveRotation(
  ctx: WriteContext,
  { id, state }: Pick<KeyRotation, "id" | "state">,
  event: RotationEvent,
  why: string,
  more: { toleratedFailures?: number } = {},
): Promise<boolean> {
  const next = nextRotationState(state, event);
  if (next === undefined) return false;
  await ctx.tx.keyRotation.update({ where: { id }, data: { ...more, state: next, stateSince: ctx.now, stateBy: ctx.actor.name, stateWhy: why } });
  await ctx.audit({ action: `key_rotation.${next}`, objectKind: "keyRotation", objectId: id, before: { state }, after: { state: next, why } });
  return true;
}
