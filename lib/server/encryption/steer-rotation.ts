import { notFound, SallyportError } from "@/lib/base/errors";
import type { RotationState } from "@/lib/domain/encryption/rotation-state";
import { ROLL_BACK_REFUSED, type RolledBack, type Steered, steerRotationInputSchema } from "@/lib/domain/encryption/rotation-view";
import type { KeyRotation } from "@/prisma/generated/client";
import { type WriteContext, writeVerb } from "../verb";
import { moveRotation } from "./advance-rotations";
import { enqueueDeliveries } from "./begin-wave";
import { restoreKeys } from "./restore-keys";
import { countWaves } from "./rotation-facts";

/** No further wave begins; what has begun goes on as far as it has come. No former key retires meanwhile. */
export const pauseRotation = writeVerb({
  permission: "keys:rotate",
  input: steerRotationInputSchema,
  async run(ctx, { rotationId, reason }): Promise<Steered> {
    const rotation = await lockRotation(ctx, rotationId);
    return step(await moveRotation(ctx, rotation, "pause", reason), rotation, "paused");
  },
});

/** Goes on. Devices that have failed so far do not halt it again. */
export const resumeRotation = writeVerb({
  permission: "keys:rotate",
  input: steerRotationInputSchema,
  async run(ctx, { rotationId, reason }): Promise<Steered> {
    const rotation = await lockRotation(ctx, rotationId);
    const toleratedFailures = (await countWaves(ctx.tx, rotationId, ctx.now)).reduce((sum, { failed }) => sum + failed, 0);
    return step(await moveRotation(ctx, rotation, "resume", reason, { toleratedFailures }), rotation, "running");
  },
});

/**
 * Ends it, and gives devices their former key back: as a yet newer version that carries it, so that nobody can send an old one
 * again. What was never sent is withdrawn. Refused where the former key may be known to somebody.
 */
export const rollBackRotation = writeVerb({
  permission: "keys:rotate",
  input: steerRotationInputSchema,
  async run(ctx, { rotationId, reason }): Promise<RolledBack> {
    const rotation = await lockRotation(ctx, rotationId);
    if (ROLL_BACK_REFUSED.some((trigger) => trigger === rotation.trigger))
      throw new SallyportError("conflict", "This rotation cannot be rolled back: somebody may know the former keys.", {
        hint: "Resume it, or begin another rotation.",
      });
    const moved = step(await moveRotation(ctx, rotation, "roll_back", reason), rotation, "rolled_back");
    const { restored, withdrawn, kept } = await restoreKeys(ctx, rotation);
    await enqueueDeliveries(ctx, restored);
    return { ...moved, restored: restored.length, withdrawn, kept };
  },
});

async function lockRotation(ctx: WriteContext, rotationId: string): Promise<KeyRotation> {
  await ctx.tx.$queryRaw`select 1 from key_rotation where id = ${rotationId} and fleet_id = ${ctx.fleetId} for update`;
  const rotation = await ctx.tx.keyRotation.findFirst({ where: { id: rotationId, fleetId: ctx.fleetId } });
  if (!rotation) throw notFound("rotation");
  return rotation;
}

function step(moved: boolean, { id, state }: Pick<KeyRotation, "id" | "state">, next: RotationState): Steered {
  if (!moved)
    throw new SallyportError("conflict", `This rotation is ${state.replace("_", " ")}: that cannot be done to it now.`, {
      hint: "Load it again, and see what became of it.",
    });
  return { rotationId: id, state: next };
}
