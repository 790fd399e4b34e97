import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { mergePatch, sameValue } from "@/lib/domain/device-state/merge-patch";
import { type ProfileStateView, setProfileStateInputSchema } from "@/lib/domain/device-state/state-view";
import type { StateDocument } from "@/lib/protocol/state";
import type { Prisma } from "@/prisma/generated/client";
import type { Transaction } from "../database/client";
import { refuseWhenSealed } from "../sealed/custody";
import { readVerb, writeVerb } from "../verb";
import { bounded, wakeWorker } from "./set-desired";

/** What a profile wants of its devices. */
export const getProfileState = readVerb({
  permission: "telemetry:read",
  input: z.object({ profileId: z.string().max(64) }),
  run: ({ database, fleetId }, { profileId }): Promise<ProfileStateView> => view(database.prisma, fleetId, profileId),
});

/** Changes it. A trigger marks its devices, and the worker lays their own state over it anew. */
export const setProfileState = writeVerb({
  permission: "devices:write",
  input: setProfileStateInputSchema,
  async run(ctx, { profileId, desired, mode }): Promise<ProfileStateView> {
    const { tx, fleetId } = ctx;
    await refuseWhenSealed(tx, fleetId, "the platform could not read what its devices report.", "States need a fleet whose keys the platform holds.");
    await tx.$queryRaw`select 1 from profile where id = ${profileId} and fleet_id = ${fleetId} for update`;
    const before = (await view(tx, fleetId, profileId)).desired as StateDocument;
    const after = bounded(mergePatch(mode === "replace" ? {} : before, desired), "What this profile wants");
    if (!sameValue(before, after)) {
      await tx.profile.update({ where: { id: profileId }, data: { desiredState: after as Prisma.InputJsonValue } });
      await ctx.audit({ action: "profile.state_set", objectKind: "profile", objectId: profileId, before, after });
      await wakeWorker(ctx);
    }
    return view(tx, fleetId, profileId);
  },
});

async function view(db: Pick<Transaction, "profile">, fleetId: string, profileId: string): Promise<ProfileStateView> {
  const profile = await db.profile.findFirst({
    where: { id: profileId, fleetId },
    select: { name: true, desiredState: true, _count: { select: { devices: { where: { lifecycle: { not: "retired" } } } } } },
  });
  if (!profile) throw notFound("profile");
  return { profileId, name: profile.name, desired: profile.desiredState as ProfileStateView["desired"], devices: profile._count.devices };
}
