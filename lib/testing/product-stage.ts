import { openSecrets } from "@/lib/server/secrets";
import { grantDeviceToken } from "@/lib/server/tokens/grant-device-token";
import { fakeClock } from "./clock";
import { makeContext } from "./context";
import { makeDevice, makeFleet } from "./factories";
import { openProductDatabase } from "./product-database";

const DAY_MS = 24 * 3_600_000;

/** A token of the running product for this device, granted two days ago for one day. */
export async function expiredToken(dataDir: string, { fleetId, deviceId }: { fleetId: string; deviceId: string }): Promise<string> {
  const database = await openProductDatabase(dataDir);
  try {
    const ctx = makeContext(database, { fleetId, actor: "system", clock: fakeClock(new Date(Date.now() - 2 * DAY_MS)) });
    const { token } = await grantDeviceToken({ ...ctx, secrets: openSecrets(dataDir) }, { deviceId, ttlDays: 1 });
    return token;
  } finally {
    await database.close();
  }
}

/** A device of another fleet in the running product, with a good token. */
export async function deviceOfAnotherFleet(dataDir: string): Promise<{ fleetId: string; deviceId: string; name: string; token: string }> {
  const database = await openProductDatabase(dataDir);
  try {
    const fleet = await makeFleet(database);
    const device = await makeDevice(database, fleet.id);
    const ctx = makeContext(database, { fleetId: fleet.id, actor: "system" });
    const { token } = await grantDeviceToken({ ...ctx, secrets: openSecrets(dataDir) }, { deviceId: device.id });
    return { fleetId: fleet.id, deviceId: device.id, name: device.name, token };
  } finally {
    await database.close();
  }
}

/** Makes this person an admin of every fleet of the running product while `during` runs: fleets that other tests made count too. */
export async function asAdminOfEveryFleet(dataDir: string, email: string, during: () => Promise<void>): Promise<void> {
  const database = await openProductDatabase(dataDir);
  try {
    const { id: userId } = await database.prisma.user.findUniqueOrThrow({ where: { email }, select: { id: true } });
    const foreign = await database.prisma.fleet.findMany({ where: { memberships: { none: { userId } } }, select: { id: true } });
    const made = foreign.map(({ id: fleetId }) => ({ userId, fleetId, role: "admin" as const }));
    await database.prisma.membership.createMany({ data: made });
    try {
      await during();
    } finally {
      await database.prisma.membership.deleteMany({ where: { userId, fleetId: { in: made.map(({ fleetId }) => fleetId) } } });
    }
  } finally {
    await database.close();
  }
}
