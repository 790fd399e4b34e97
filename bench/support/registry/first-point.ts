import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeClaimLink } from "@/lib/protocol/claim-code";
import { createClaim } from "@/lib/server/claims/create-claim";
import { ADDRESSES, openNamespaces, whyNoNamespaces } from "@/lib/testing/namespaces";
import { openStage } from "../tokens/stage";

const RUNS = 5;
const LOOK_MS = 10;
const LIMIT_MS = 60_000;

/**
 * Seconds from typing `npm run agent -- claim CODE` to its first point in the database: device, broker and worker in networks of their
 * own, the device behind NAT and a closed firewall. The median. Undefined where namespaces cannot be had; `say` tells why.
 */
export async function claimToFirstPoint(say: (text: string) => void): Promise<number | undefined> {
  const why = whyNoNamespaces();
  if (why) return void say(`claimToFirstPointSeconds was left out: ${why}`);
  const stage = await openStage();
  const nets = await openNamespaces(stage.databaseUrl);
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-first-"));
  try {
    const env = { DATABASE_URL: nets.databaseUrl, DATA_DIR: stage.folder, LOG_LEVEL: "error", MQTT_PORT: "1883", MQTT_WS_PORT: "8083", MQTTS_PORT: "8883" };
    const node = (script: string) => ["--import", "tsx", script];
    nets.start("broker", process.execPath, node("services/broker/main.ts"), { ...env, MQTT_HOST: "0.0.0.0" });
    nets.start("console", process.execPath, node("services/worker/main.ts"), { ...env, MQTT_HOST: ADDRESSES.brokerForConsole });
    const seconds: number[] = [];
    for (let run = 0; run <= RUNS; run++) {
      const { code, claim } = await createClaim(stage.context, { name: `first point ${run}` });
      const link = writeClaimLink({ code: code.replaceAll("-", ""), host: ADDRESSES.brokerForDevices, port: 1883, tlsPort: 8883 });
      const startedAt = performance.now();
      const agent = nets.start("device", "npm", ["run", "--silent", "agent", "--", "claim", link, "--state", path.join(folder, String(run))], {
        LOG_LEVEL: "silent",
      });
      await stored(stage.context.database.pool, claim.id, startedAt + LIMIT_MS);
      // The first one waits for broker and worker, too.
      if (run > 0) seconds.push((performance.now() - startedAt) / 1_000);
      agent.kill("SIGTERM");
    }
    return seconds.toSorted((a, b) => a - b)[seconds.length >> 1];
  } finally {
    await nets.close();
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function stored(pool: { query(text: string, values: unknown[]): Promise<{ rowCount: number | null }> }, claimId: string, until: number): Promise<void> {
  while (performance.now() < until) {
    const { rowCount } = await pool.query("select 1 from enrolment e join latest_measurement l on l.device_id = e.device_id where e.claim_id = $1 limit 1", [
      claimId,
    ]);
    if (rowCount) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error("no point came");
}
