import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { PingView } from "@/lib/domain/diagnosis/ping-view";
import { readVerb } from "../verb";
import { loadPing } from "./ping-row";

/** What became of the newest ping of a device; null when there was none. */
export const getPing = readVerb({
  permission: "devices:read",
  input: z.object({ deviceId: z.string().min(1).max(64) }),
  async run({ database: { prisma }, fleetId }, { deviceId }): Promise<{ ping: PingView | null }> {
    if (!(await prisma.device.findFirst({ where: { id: deviceId, fleetId }, select: { id: true } }))) throw notFound("device");
    return { ping: await loadPing(prisma, fleetId, deviceId) };
  },
});
