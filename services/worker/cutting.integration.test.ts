import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "@/lib/base/clock";
import { readEnv } from "@/lib/base/env";
import { createLog } from "@/lib/base/log";
import { deviceScopes } from "@/lib/protocol/access";
import { openMosquittoControl } from "@/lib/server/broker-hooks/mosquitto/control";
import { prepareMosquitto, provisionMosquitto } from "@/lib/server/broker-hooks/mosquitto/provision";
import { revokeToken } from "@/lib/server/tokens";
import { loadVerificationKeys } from "@/lib/server/tokens/signing-keys";
import { verifyNew } from "@/lib/server/tokens/token-authority";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { freePorts } from "@/lib/testing/free-ports";
import { grantedToken } from "@/lib/testing/granted-token";
import { type MosquittoBroker, mosquittoInstalled, startMosquitto } from "@/lib/testing/mosquitto-broker";
import { mustOpen } from "@/lib/testing/run-decision-suite";
import { startWorker } from "./start-worker";

describe.skipIf(!mosquittoInstalled)("sessions at an external broker", () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-cutting-"));
  let store: TestDatabase;
  let broker: MosquittoBroker;
  let worker: Awaited<ReturnType<typeof startWorker>>;

  beforeAll(async () => {
    store = await testDatabase();
    broker = await startMosquitto();
    const [mqtt = 0] = await freePorts(1); // the embedded broker is not there
    const env = { ...readEnv({}), DATA_DIR: dataDir, DATABASE_URL: store.url, MQTT_PORT: mqtt, MOSQUITTO_CONTROL_URL: broker.controlUrl };
    worker = await startWorker({ env, log: createLog("worker", "silent"), clock: systemClock });
  });
  afterAll(async () => {
    await worker?.stop();
    await broker?.stop();
    await store?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test("the worker cuts them on revocation and at the token's end", async () => {
    const control = await openMosquittoControl(broker.controlUrl);
    await prepareMosquitto(control);
    const fleet = await makeFleet(store.database);
    const connected = async (ttlSeconds: number) => {
      const device = await makeDevice(store.database, fleet.id);
      const token = await grantedToken(store.database, { scopes: deviceScopes(fleet.id, device.id), device, ttlSeconds });
      const keys = (await loadVerificationKeys(store.database.pool)).map(({ kid, key }) => [kid, key] as const);
      const found = verifyNew(token.password, new Map(keys));
      if (typeof found === "string") throw new Error(found);
      await provisionMosquitto(control, { claims: found.claims, token: token.password });
      return { wire: await mustOpen({ port: broker.port, ...token }), tokenId: token.tokenId };
    };
    const [revoked, lasting] = [await connected(600), await connected(600)];
    const revoke = ({ tokenId }: { tokenId: string }) => revokeToken(makeContext(store.database, { fleetId: fleet.id }), { tokenId });
    await revoke(revoked);
    await expect.poll(() => [revoked.wire.closed, lasting.wire.closed]).toEqual([true, false]);
    // The worker learns of this one's end when it looks the next time: a revocation of another makes it look.
    const ending = await connected(2);
    await revoke(lasting);
    await expect.poll(() => [lasting.wire.closed, ending.wire.closed], { timeout: 10_000 }).toEqual([true, true]);
    await control.close();
  });
});
