import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { agentBundle } from "@/lib/testing/agent-bundle";
import { claimStage } from "@/lib/testing/claim-stage";

/** The one file, alone in an empty folder: nothing of the repository, no node_modules. */
test("the bundle says its version, claims and publishes with nothing beside it", { timeout: 120_000 }, async () => {
  const [stage, bundle] = await Promise.all([claimStage(), agentBundle()]);
  onTestFinished(async () => {
    bundle.remove();
    await stage.close();
  });
  const { stdout } = await promisify(execFile)(process.execPath, ["sallyport-agent.mjs", "--version"], { cwd: bundle.folder });
  expect(stdout).toMatch(/^sallyport-agent \d+\.\d+\.\d+\n$/);
  const { code, claim } = await stage.claim();
  const place = ["--host", "127.0.0.1", "--port", String(stage.port), "--state", stage.folder(), "--interval", "1"];
  const agent = spawn(process.execPath, ["sallyport-agent.mjs", "claim", code, ...place], { cwd: bundle.folder, stdio: "ignore" });
  onTestFinished(() => void agent.kill("SIGKILL"));
  const { prisma } = stage.db.database;
  await vi.waitFor(
    async () => {
      const [enrolment] = await prisma.enrolment.findMany({ where: { claimId: claim.id, state: "stored" } });
      expect(await prisma.latestMeasurement.count({ where: { deviceId: enrolment?.deviceId ?? "" } })).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 50 },
  );
});
