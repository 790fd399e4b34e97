import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { diagnose } from "@/lib/domain/diagnosis/diagnose";
import type { DiagnosisView } from "@/lib/domain/diagnosis/diagnosis-view";
import { layersOf } from "@/lib/domain/diagnosis/layers";
import { readVerb } from "../verb";
import { eventsOf } from "./events";
import { loadFacts } from "./load-facts";

/** Why a device is away: ranked hypotheses with what speaks for and against each. Reads metadata only, so support may, too. */
export const getDiagnosis = readVerb({
  permission: "devices:read",
  input: z.object({ deviceId: z.string().min(1).max(64) }),
  async run(ctx, { deviceId }): Promise<DiagnosisView> {
    const { database, fleetId } = ctx;
    const now = ctx.clock.now();
    const [device, facts] = await Promise.all([
      database.prisma.device.findFirst({ where: { id: deviceId, fleetId }, select: { id: true, name: true, site: { select: { name: true } } } }),
      loadFacts(database.pool, fleetId, deviceId, now),
    ]);
    if (!device || !facts) throw notFound("device");
    const { answer, hypotheses, tamper } = diagnose(facts, device);
    return {
      device: { id: device.id, name: device.name, site: device.site?.name ?? null },
      at: now.toISOString(),
      answer,
      state: facts.presence.state,
      cause: facts.presence.cause,
      since: facts.presence.since.toISOString(),
      layers: layersOf(facts),
      hypotheses: hypotheses.map(({ because: _because, ...hypothesis }) => hypothesis),
      tamper,
      neighbours: facts.neighbours,
      events: await eventsOf(database, fleetId, deviceId),
    };
  },
});
