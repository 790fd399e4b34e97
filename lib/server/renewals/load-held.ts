import { OVERTAKEN, RENEWED } from "@/lib/domain/renewals/renewal-times";
import type { AccessTokenModel, DeviceRenewalModel } from "@/prisma/generated/models";
import type { Transaction } from "../database/client";

/**
 * The token that a device is taken to hold: the newest of those that renew themselves, without the one that is on its way and those that a
 * renewal put aside. A token that a person revoked counts: then the device holds a revoked one.
 */
export async function loadHeld(
  tx: Pick<Transaction, "accessToken">,
  { fleetId, deviceId }: { fleetId: string; deviceId: string },
  renewal: Pick<DeviceRenewalModel, "state" | "tokenId"> | null,
): Promise<AccessTokenModel | undefined> {
  const rows = await tx.accessToken.findMany({
    where: { fleetId, deviceId, renews: true, OR: [{ revokedReason: null }, { revokedReason: { notIn: [RENEWED, OVERTAKEN] } }] },
    orderBy: [{ issuedAt: "desc" }, { id: "desc" }],
    take: 5,
  });
  const candidates = rows.filter(({ id }) => renewal?.state !== "issued" || id !== renewal.tokenId);
  const [newest] = candidates;
  // Times of tokens are whole seconds: of two of one second, the one that it said to have.
  const said = candidates.find(({ id, issuedAt }) => id === renewal?.tokenId && issuedAt.getTime() === newest?.issuedAt.getTime());
  return said ?? newest;
}
