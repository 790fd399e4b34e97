import { newId } from "@/lib/base/ids";
import type { ClaimModel } from "@/prisma/generated/models";
import type { WriteContext } from "../verb";

/**
 * Ids and names for new devices: the name that the device asks for, else its serial number, else the claim's. A name that is
 * taken gets the end of the device's id.
 */
export async function freeNames(
  { tx, fleetId }: Pick<WriteContext, "tx" | "fleetId">,
  claim: Pick<ClaimModel, "name" | "useLimit">,
  devices: readonly { name: string | undefined; serial: string | undefined }[],
): Promise<{ deviceId: string; name: string }[]> {
  const wanted = devices.map(({ name, serial }) => {
    const deviceId = newId("device");
    const own = name ?? serial ?? (claim.useLimit === 1 ? claim.name : undefined);
    return { deviceId, own, spare: `${(own ?? claim.name).slice(0, 70)} ${deviceId.slice(-8)}` };
  });
  const asked = wanted.flatMap(({ own, spare }) => (own === undefined ? [spare] : [own, spare]));
  const rows = await tx.device.findMany({ where: { fleetId, name: { in: asked } }, select: { name: true } });
  const taken = new Set(rows.map(({ name }) => name));
  return wanted.map(({ deviceId, own, spare }) => {
    const name = [own, spare, deviceId].find((one) => one !== undefined && !taken.has(one)) ?? deviceId;
    taken.add(name);
    return { deviceId, name };
  });
}
