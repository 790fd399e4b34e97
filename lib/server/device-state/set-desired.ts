import { notFound, SallyportError } from "@/lib/base/errors";
import { foldLayers } from "@/lib/domain/device-state/fold-state";
import { mergePatch } from "@/lib/domain/device-state/merge-patch";
import { type DeviceStateView, setDesiredInputSchema } from "@/lib/domain/device-state/state-view";
import { type StateDocument, stateDocumentSchema } from "@/lib/protocol/state";
import type { Prisma } from "@/prisma/generated/client";
import { CHANNELS } from "../database/notify";
import { refuseWhenSealed } from "../sealed/custody";
import { type WriteContext, writeVerb } from "../verb";
import { stateView } from "./get-device-state";
import { factsOf } from "./state-row";

const json = (value: object) => value as Prisma.InputJsonValue;

/** Says what is desired of one device. It is sent at once, and again until the device has worked through it. */
export const setDesired = writeVerb({
  permission: "devices:write",
  input: setDesiredInputSchema,
  async run(ctx, { deviceId, desired, mode, version }): Promise<DeviceStateView> {
    await refuseWhenSealed(ctx.tx, ctx.fleetId, "the platform could not read what its devices report.", "States need a fleet whose keys the platform holds.");
    const { row, defaults } = await lockedState(ctx, deviceId);
    const before = factsOf(row);
    if (version !== undefined && version !== before.version) throw changedMeanwhile(version, before.version);
    const overrides = bounded(mergePatch(mode === "replace" ? {} : before.overrides, desired), "What is desired of this device");
    const { state, changes, isDue } = foldLayers(before, { defaults, overrides }, ctx.now);
    bounded(state.desired, "Together with the defaults of its profile, it");
    const { errors, paths, status, statusSince } = state;
    await ctx.tx.deviceState.update({
      where: { deviceId },
      data: {
        overrides: json(overrides),
        desired: json(state.desired),
        errors: json(errors),
        paths: json(paths),
        version: state.version,
        status,
        statusSince,
        stale: false,
        ...(isDue ? { sentAt: null } : {}),
      },
    });
    if (changes.length > 0) {
      const { fleetId, now: at, actor } = ctx;
      const line = { fleetId, deviceId, at, side: "device", version: state.version, actorName: actor.name };
      await ctx.tx.deviceStateChange.create({ data: { ...line, changes: changes.map(json) } });
      await ctx.audit({ action: "device.state_set", objectKind: "device", objectId: deviceId, before: before.overrides, after: overrides });
      await wakeWorker(ctx);
    }
    return stateView(ctx.tx, ctx.fleetId, deviceId);
  },
});

/** Two changes of one device are made one after the other. */
async function lockedState({ tx, fleetId }: WriteContext, deviceId: string) {
  const device = await tx.device.findFirst({
    where: { id: deviceId, fleetId },
    select: { lifecycle: true, profile: { select: { desiredState: true } } },
  });
  if (!device) throw notFound("device");
  if (device.lifecycle === "retired") throw new SallyportError("conflict", "This device is retired: nothing is desired of it any more.");
  await tx.deviceState.createMany({ data: { deviceId, fleetId }, skipDuplicates: true });
  await tx.$queryRaw`select 1 from device_state where device_id = ${deviceId} for update`;
  const row = await tx.deviceState.findUniqueOrThrow({ where: { deviceId } });
  return { row, defaults: device.profile.desiredState as StateDocument };
}

/** Throws `too_large` when it has grown past the bounds of a document. */
export function bounded(document: StateDocument, what: string): StateDocument {
  const { error } = stateDocumentSchema.safeParse(document);
  if (error) throw new SallyportError("too_large", `${what} is too much: ${error.issues[0]?.message}`);
  return document;
}

export async function wakeWorker({ tx }: Pick<WriteContext, "tx">): Promise<void> {
  await tx.$executeRaw`select pg_notify(${CHANNELS.outbox}, '')`;
}

function changedMeanwhile(given: number, now: number): SallyportError {
  return new SallyportError("conflict", `What is desired changed meanwhile: it is version ${now}, not ${given}.`, {
    hint: "Look at it as it is now, then change it again.",
    fields: [{ path: "version", message: `Is ${now} now.` }],
  });
}
