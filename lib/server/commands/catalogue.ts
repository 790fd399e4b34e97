import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { catalogueOf } from "@/lib/domain/commands/catalogue";
import { type CatalogueView, setCatalogueInputSchema } from "@/lib/domain/commands/command-view";
import { Prisma } from "@/prisma/generated/client";
import { readVerb, writeVerb } from "../verb";

/** What the devices of a profile may be asked to do. */
export const getCatalogue = readVerb({
  permission: "commands:read",
  input: z.object({ profileId: z.string().min(1).max(64) }),
  async run({ database: { prisma }, fleetId }, { profileId }): Promise<CatalogueView> {
    const profile = await prisma.profile.findFirst({ where: { id: profileId, fleetId }, select: { commands: true } });
    if (!profile) throw notFound("profile");
    return { profileId, standard: profile.commands === null, commands: catalogueOf(profile.commands) };
  },
});

/** Writes a profile's catalogue. Commands that are under way keep the rules of the day they were sent. */
export const setCatalogue = writeVerb({
  permission: "commands:define",
  input: setCatalogueInputSchema,
  async run(ctx, { profileId, commands }): Promise<CatalogueView> {
    const profile = await ctx.tx.profile.findFirst({ where: { id: profileId, fleetId: ctx.fleetId }, select: { commands: true } });
    if (!profile) throw notFound("profile");
    await ctx.tx.profile.update({ where: { id: profileId }, data: { commands: commands ?? Prisma.DbNull } });
    const after = { standard: commands === null, commands: catalogueOf(commands) };
    const before = { standard: profile.commands === null, commands: catalogueOf(profile.commands) };
    await ctx.audit({ action: "profile.commands_set", objectKind: "profile", objectId: profileId, before, after });
    return { profileId, ...after };
  },
});
