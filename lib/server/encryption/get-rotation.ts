import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { decideRotation } from "@/lib/domain/encryption/decide-rotation";
import { nextRotationState } from "@/lib/domain/encryption/rotation-state";
import { ROLL_BACK_REFUSED, type RotationCounts, type RotationDetail } from "@/lib/domain/encryption/rotation-view";
import type { KeyRotation } from "@/prisma/generated/client";
import { readVerb } from "../verb";
import { rotationView } from "./list-rotations";
import { countWaves, type WaveCounts, waveFacts } from "./rotation-facts";

const targetSchema = z.object({ deviceId: z.string().optional(), query: z.string().optional(), rule: z.string().optional() });

/** One rotation, with its waves and what it waits for. */
export const getRotation = readVerb({
  permission: "keys:read",
  input: z.object({ rotationId: z.string().max(64) }),
  async run({ database: { prisma }, fleetId, clock }, { rotationId }): Promise<RotationDetail> {
    const now = clock.now();
    const row = await prisma.keyRotation.findFirst({ where: { id: rotationId, fleetId } });
    if (!row) throw notFound("rotation");
    const target = targetSchema.parse(row.target);
    const device = target.deviceId === undefined ? null : await prisma.device.findFirst({ where: { id: target.deviceId, fleetId }, select: { name: true } });
    const waves = await countWaves(prisma, rotationId, now);
    const { toleratedFailures: _, deviceCount: __, fleetId: ___, trigger, ...rest } = row;
    return {
      ...rotationView({ ...rest, ...total(waves), trigger: z.custom<RotationDetail["trigger"]>().parse(trigger), target, name: device?.name ?? null }),
      canaryCount: row.canaryCount,
      wavePercent: row.wavePercent,
      soakSeconds: row.soakSeconds,
      abortPercent: row.abortPercent,
      patienceSeconds: row.patienceSeconds,
      waveStartedAt: row.waveStartedAt.toISOString(),
      waitsFor: waitOf(row, waves, now),
      canRollBack: nextRotationState(row.state, "roll_back") !== undefined && !ROLL_BACK_REFUSED.some((one) => one === trigger),
      waves,
    };
  },
});

function waitOf(row: KeyRotation, waves: readonly WaveCounts[], now: Date): RotationDetail["waitsFor"] {
  if (row.state !== "running") return null;
  const facts = { ...row, waves: waves.map(waveFacts), waveStartedAt: row.waveStartedAt.getTime(), soakMs: row.soakSeconds * 1000 };
  const decision = decideRotation(facts, now.getTime());
  return decision.kind === "wait" ? decision.wait : null;
}

function total(waves: readonly WaveCounts[]): RotationCounts {
  const sum = (key: keyof RotationCounts) => waves.reduce((all, wave) => all + wave[key], 0);
  return {
    devices: sum("devices"),
    planned: sum("planned"),
    waiting: sum("waiting"),
    announced: sum("announced"),
    received: sum("received"),
    usedOnWire: sum("usedOnWire"),
    failed: sum("failed"),
    superseded: sum("superseded"),
    away: sum("away"),
  };
}
