import { startProduct } from "@/e2e/support/product";
import type { Database } from "@/lib/server/database/client";
import { openProductDatabase } from "@/lib/testing/product-database";
import { ConsoleSession } from "../console-session";
import { crowd, DROPPED, dropSome, heartbeat } from "./crowd";
import { type Asking, askAway } from "./impatience";

const ADMIN = { email: "admin@example.com", password: "a gate that opens outwards" };
const CONSOLES = 4;
/** How long the consoles ask on a quiet machine; and after the outage was told, when its alerts and messages are worked through. */
const IDLE_MS = 15_000;
const AFTERWARDS_MS = 15_000;
const LOOK_MS = 50;
const GIVE_UP_MS = 200_000;

/**
 * 20,000 connected devices at 40 sites in the real product, half of them behind one provider that fails within three seconds:
 * seconds from the last disconnect to the one outage, and how long four consoles wait for the device list and the outages meanwhile.
 */
export async function massDrop(say: (text: string) => void): Promise<Record<string, number>> {
  say("the product starts");
  const product = await startProduct({ env: { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password } });
  const database = await openProductDatabase(product.dataDir);
  const beating = heartbeat(database);
  try {
    const session = new ConsoleSession(product.url);
    await session.signIn(ADMIN.email, ADMIN.password);
    say("20,000 devices connect");
    const fleetId = await crowd(database);
    await until(async () => (await countOf(database, "select count(*)::int as count from presence where state = 'online'")) === 2 * DROPPED);
    await until(async () => (await countOf(database, "select count(*)::int as count from outbox where done_at is null")) === 0);
    say("consoles ask, nothing happens");
    const idle = await askAway(session, CONSOLES, () => new Promise((resolve) => setTimeout(resolve, IDLE_MS)));
    say("10,000 of 20,000 devices at once");
    let [offline, seconds] = [0, 0];
    const busy = await askAway(session, CONSOLES, async () => {
      const lastLost = await dropSome(database, fleetId);
      await until(async () => (await countOf(database, "select count(*)::int as count from presence where state = 'offline'")) >= DROPPED);
      offline = (Date.now() - lastLost) / 1000;
      await until(async () => (await biggestOutage(database)) === DROPPED);
      seconds = (Date.now() - lastLost) / 1000;
      await new Promise((resolve) => setTimeout(resolve, AFTERWARDS_MS));
    });
    const stories = await countOf(database, "select count(*)::int as count from outage");
    return {
      massDropToOfflineSeconds: offline,
      massDropToStorySeconds: seconds,
      massDropStories: stories,
      ...figures("Idle", idle),
      ...figures("MassDrop", busy),
    };
  } finally {
    await beating.stop();
    await database.close();
    await product.stop();
  }
}

function figures(when: string, { devices, outages, failed }: Asking): Record<string, number> {
  return {
    [`deviceList${when}MsP50`]: devices.p50,
    [`deviceList${when}MsP99`]: devices.p99,
    [`outages${when}MsP50`]: outages.p50,
    [`outages${when}MsP99`]: outages.p99,
    [`requests${when}`]: devices.count + outages.count,
    [`failed${when}`]: failed,
  };
}

async function biggestOutage(database: Database): Promise<number> {
  return countOf(
    database,
    `select coalesce(max(n), 0)::int as count from (
       select count(*) as n from outage o join outage_device m on m.outage_id = o.id where o.closed_at is null group by o.id) of`,
  );
}

async function countOf({ pool }: Database, text: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(text);
  return rows[0]?.count ?? 0;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("it never came to that");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
