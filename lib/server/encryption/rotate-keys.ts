import { notFound, SallyportError } from "@/lib/base/errors";
import { rotateKeysInputSchema } from "@/lib/domain/encryption/rotation-view";
import { deviceIdsMatching } from "../devices/match-devices";
import { refuseWhenSealed } from "../sealed/custody";
import { type WriteContext, writeVerb } from "../verb";
import { openRotation } from "./open-rotation";

const MOST_DEVICES = 20_000;

/**
 * Gives devices a new version of their content key: all at once, or in waves that the worker begins one after the other. They use
 * it once they have it; the version before is taken beside it until nobody is seen with it any more, or the overlap has passed.
 * Devices that have no key pair yet, or need none, are left out.
 */
export const rotateKeys = writeVerb({
  permission: "keys:rotate",
  input: rotateKeysInputSchema,
  async run(ctx, { deviceId, query, reason, ...plan }): Promise<{ rotationId: string; devices: number }> {
    await refuseWhenSealed(ctx.tx, ctx.fleetId, "its keys are made by an admin's browser.", "Rotate the fleet key under Keys, Sealed.");
    const chosen = await chooseDevices(ctx, { deviceId, query });
    const target = deviceId !== undefined ? { deviceId } : query !== undefined ? { query } : {};
    const opened = await openRotation(ctx, { ...plan, chosen, target, reason, trigger: "person" });
    if (!opened)
      throw new SallyportError("invalid_input", "None of these devices has a content key to rotate.", {
        hint: "A device gets its first key when its profile asks for encryption and its agent has shown its public key.",
      });
    return opened;
  },
});

/** Undefined: the whole fleet. */
async function chooseDevices(ctx: WriteContext, { deviceId, query }: { deviceId?: string; query?: string }): Promise<string[] | undefined> {
  if (query !== undefined) return deviceIdsMatching(ctx.tx, ctx.fleetId, query, ctx.now, MOST_DEVICES);
  if (deviceId === undefined) return undefined;
  const device = await ctx.tx.device.findFirst({ where: { id: deviceId, fleetId: ctx.fleetId }, select: { id: true } });
  if (!device) throw notFound("device");
  return [device.id];
}
