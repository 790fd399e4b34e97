import type { Role } from "@/lib/domain/members/permissions";
import { hashPassword } from "@/lib/server/members/password";
import { openSecrets } from "@/lib/server/secrets";
import { grantDeviceToken } from "@/lib/server/tokens/grant-device-token";
import { fakeClock } from "./clock";
import { makeContext } from "./context";
import { makeDevice, makeFleet, makeProfile, makeUser } from "./factories";
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

interface FleetOfItsOwn {
  fleetId: string;
  deviceId: string;
  deviceName: string;
  token: string;
}

/** A fleet with members of its own and one device that has to encrypt, in the running product. `people`: addresses by role, all with this password. */
export async function fleetOfItsOwn(dataDir: string, people: Partial<Record<Role, string>>, password: string): Promise<FleetOfItsOwn> {
  const database = await openProductDatabase(dataDir);
  try {
    const { id: fleetId } = await makeFleet(database);
    const passwordHash = await hashPassword(password);
    for (const [role, email] of Object.entries(people))
      await makeUser(database, { fleetId, role: role as Role, email, name: email.split("@")[0] ?? "", passwordHash });
    const { id: profileId } = await makeProfile(database, fleetId);
    await database.prisma.profile.update({ where: { id: profileId }, data: { encryption: "required" } });
    const device = await makeDevice(database, fleetId, { profileId });
    const ctx = makeContext(database, { fleetId, actor: "system" });
    const { token } = await grantDeviceToken({ ...ctx, secrets: openSecrets(dataDir) }, { deviceId: device.id });
    return { fleetId, deviceId: device.id, deviceName: device.name, token };
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
