import { deviceScopes } from "@/lib/protocol/access";
import { mintToken } from "@/lib/server/tokens/mint-token";
import type { ClaimStage } from "./claim-stage";

const DAY_MS = 86_400_000;

/** A token of a device that renews itself, as it was granted days ago, with the rows before it put aside. */
export async function agedToken(stage: ClaimStage, deviceId: string, { ageDays, lifeDays }: { ageDays: number; lifeDays: number }) {
  const { prisma } = stage.db.database;
  await prisma.accessToken.updateMany({ where: { deviceId, revokedAt: null }, data: { revokedAt: new Date(), revokedReason: "renewed" } });
  return mintToken(
    { tx: prisma, secrets: stage.context.secrets, now: new Date(Date.now() - ageDays * DAY_MS) },
    {
      kind: "device",
      fleetId: stage.fleetId,
      subject: deviceId,
      deviceId,
      scopes: deviceScopes(stage.fleetId, deviceId),
      ttlSeconds: lifeDays * 86_400,
      label: "aged",
      renews: true,
    },
  );
}
