import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import type { Scope } from "@/lib/protocol/access";
import type { Context } from "@/lib/server/context";
import { openDatabase } from "@/lib/server/database/client";
import { startPostgres } from "@/lib/server/database/embedded-postgres";
import { migrate } from "@/lib/server/database/migrate";
import { addManyDevices } from "@/lib/server/devices/add-many";
import { ensureSigningKey, grantManyDeviceTokens } from "@/lib/server/tokens";
import { mintTokens } from "@/lib/server/tokens/mint-token";
import { makeContext } from "@/lib/testing/context";
import { makeFleet, makeProfile } from "@/lib/testing/factories";
import { freePorts } from "@/lib/testing/free-ports";
import { writeTestSecrets } from "@/lib/testing/secrets";
import type { Login } from "./login";

export interface GrantedLogin extends Required<Login> {
  tokenId: string;
}

/** A Postgres of its own in a temporary folder, with one fleet in it. */
export interface Stage {
  databaseUrl: string;
  /** For DATA_DIR of the product's processes. */
  folder: string;
  context: Context;
  fleetId: string;
  /** Transactions that can run at the same time. */
  connections: number;
  /** New devices, each with the token that the product grants to a device. */
  devices(count: number): Promise<GrantedLogin[]>;
  /** One more token for each of these devices. */
  renew(devices: readonly Login[]): Promise<GrantedLogin[]>;
  /** New services, each with a token for the scopes that `scopesOf` gives it. */
  services(count: number, scopesOf: (subject: string) => Scope[]): Promise<GrantedLogin[]>;
  close(): Promise<void>;
}

const AT_ONCE = 250;
const CONNECTIONS = 10;
const PROFILE = "bench";

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-bench-"));
  const [port = 0] = await freePorts(1);
  const server = await startPostgres({ dataDir: path.join(folder, "data"), port, log: createLog("bench-postgres", "error") });
  const clear = () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", clear);
  await migrate(server.url);
  const database = openDatabase(server.url, { connections: CONNECTIONS });
  const { id: fleetId } = await makeFleet(database);
  const context = makeContext(database, { fleetId, actor: "system" });
  await makeProfile(database, fleetId, { name: PROFILE });
  writeTestSecrets(folder);
  await ensureSigningKey(database, context.secrets);
  return {
    databaseUrl: server.url,
    folder,
    context,
    fleetId,
    connections: CONNECTIONS,
    async devices(count) {
      const made: GrantedLogin[] = [];
      while (made.length < count) made.push(...(await someDevices(context, Math.min(AT_ONCE, count - made.length))));
      return made;
    },
    async renew(devices) {
      const renewed: GrantedLogin[] = [];
      for (let at = 0; at < devices.length; at += AT_ONCE)
        renewed.push(
          ...(await grant(
            context,
            devices.slice(at, at + AT_ONCE).map(({ clientId }) => clientId),
          )),
        );
      return renewed;
    },
    async services(count, scopesOf) {
      const subjects = Array.from({ length: count }, () => newId("service"));
      const specs = subjects.map((subject) => ({
        kind: "service" as const,
        fleetId: null,
        subject,
        scopes: scopesOf(subject),
        ttlSeconds: 86_400,
        clientId: subject,
        label: "bench",
      }));
      const minted = await mintTokens({ tx: database.prisma, secrets: context.secrets, now: context.clock.now() }, specs);
      return minted.map(({ token, tokenId }, index) => loginOf(subjects[index] ?? "", token, tokenId));
    },
    async close() {
      process.off("exit", clear);
      await database.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function someDevices(context: Context, count: number): Promise<GrantedLogin[]> {
  const batch = newId("request");
  await addManyDevices(context, { devices: Array.from({ length: count }, (_, index) => ({ name: `${batch} ${index}`, profile: PROFILE })) });
  const rows = await context.database.prisma.device.findMany({ where: { fleetId: context.fleetId, name: { startsWith: batch } }, select: { id: true } });
  return grant(
    context,
    rows.map(({ id }) => id),
  );
}

async function grant(context: Context, deviceIds: string[]): Promise<GrantedLogin[]> {
  const granted = await grantManyDeviceTokens(context, { deviceIds, ttlDays: 1, label: "bench" });
  return [...granted].map(([id, { token, tokenId }]) => loginOf(id, token, tokenId));
}

function loginOf(subject: string, token: string, tokenId: string): GrantedLogin {
  return { clientId: subject, username: subject, password: token, tokenId };
}
