import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { readVerb } from "@/lib/server/verb";

/** A device by what a person types: its id, or its exact name. */
export const findDevice = readVerb({
  permission: "devices:read",
  input: z.object({ device: z.string().trim().min(1).max(80) }),
  async run(ctx, { device }): Promise<{ deviceId: string; name: string }> {
    const found = await ctx.database.prisma.device.findFirst({
      where: { fleetId: ctx.fleetId, OR: [{ id: device }, { name: device }] },
      select: { id: true, name: true },
    });
    if (!found) throw notFound(`device "${device}"`);
    return { deviceId: found.id, name: found.name };
  },
});
