import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openMqtt } from "@/lib/testing/broker-fleet";
import { type ClaimStage, claimStage } from "@/lib/testing/claim-stage";
import { agedToken } from "@/lib/testing/renewal-stage";

/** The Python example as a person runs it, against the real broker and worker. Debian: python3-paho-mqtt, python3-jwcrypto. */
let stage: ClaimStage;
beforeAll(async () => {
  stage = await claimStage();
});
afterAll(() => stage.close());

const run = promisify(execFile);
const python = ["python3", "/usr/bin/python3"].find((one) => {
  try {
    execFileSync(one, ["-c", "import paho.mqtt.client, jwcrypto.jwe"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

const example = (script: string, file: string, ...words: string[]) =>
  run(python ?? "", [`device/examples/${script}`, ...words, "127.0.0.1", String(stage.port)], {
    env: { ...process.env, CLAIM_FILE: file },
    timeout: 60_000,
  }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
  );
const claim = (code: string, file: string) => example("claim.py", file, code);

test.skipIf(!python)(`claim.py and renew.py${python ? "" : " (skipped: apt install python3-paho-mqtt python3-jwcrypto)"}`, { timeout: 90_000 }, async () => {
  const { code } = await stage.claim({ name: "Pi 4" });
  const file = path.join(stage.folder(), "claimed.json");
  const first = await claim(code, file);
  expect(first).toEqual({ code: 0, said: expect.stringContaining('"name": "Pi 4"') });
  expect(await claim(code, file)).toEqual(first);
  const { given } = JSON.parse(readFileSync(file, "utf8"));
  const session = await openMqtt(stage.port, { username: given.device, clientId: given.device, token: given.token });
  session.end();
  expect(await stage.db.database.prisma.enrolment.findMany({ where: { deviceId: given.device } })).toMatchObject([{ state: "stored" }]);
  expect(await claim(code, path.join(stage.folder(), "claimed.json"))).toEqual({ code: 1, said: expect.stringContaining("(already_claimed)") });

  // A token that it got a moment ago is not exchanged; one that ended is, and what it was given beside it stays.
  expect(await example("renew.py", file)).toEqual({ code: 1, said: expect.stringContaining("(too_early)") });
  await agedToken(stage, given.device, { ageDays: 100, lifeDays: 90 });
  const { code: ended, said } = await example("renew.py", file);
  expect({ ended, said: JSON.parse(said) }).toEqual({ ended: 0, said: { device: given.device, tokenId: expect.stringMatching(/^tok_/) } });
  const { given: renewed } = JSON.parse(readFileSync(file, "utf8"));
  expect(renewed).toEqual({ ...given, token: expect.any(String), tokenId: JSON.parse(said).tokenId });
  (await openMqtt(stage.port, { username: renewed.device, clientId: renewed.device, token: renewed.token })).end();
});
