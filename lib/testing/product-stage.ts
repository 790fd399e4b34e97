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
