import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { expect, test } from "vitest";
import { aesGcm } from "@/lib/base/aes-gcm";
import { readEnvelope } from "./read-envelope";
import { sealEnvelope } from "./seal-envelope";

/** Debian's packages python3-jwcrypto and python3-cbor2. A machine without them cannot run this. */
const python = ["/usr/bin/python3", "python3"].find((one) => spawnSync(one, ["-c", "import jwcrypto, cbor2, cryptography"]).status === 0);

test.runIf(python)("Python's jwcrypto, cbor2 and cryptography read ours, and we read theirs", () => {
  const key = randomBytes(32);
  const plain = '[{"bn":"dev_1:","bt":1764308000,"n":"temperature","v":21.4}]';
  for (const seq of [0, 23, 255, 70_000, 2 ** 32 - 1, 2 ** 32, Date.now()]) {
    const binding = { device: "dev_1", topic: "sp/v1/f1/dev_1/up/telemetry", seq };
    const seal = (format: "jwe" | "cose") => Buffer.from(sealEnvelope(aesGcm, { key, version: 7 }, binding, Buffer.from(plain), format));
    const input = { key: key.toString("hex"), ...binding, plain, jwe: seal("jwe").toString(), cose: seal("cose").toString("hex") };
    const output = execFileSync(python ?? "", [path.join(import.meta.dirname, "envelope-peer.py")], { input: JSON.stringify(input), encoding: "utf8" });
    const answer = JSON.parse(output) as { readJwe: string; readCose: string; jwe: string; cose: string };
    expect(answer).toMatchObject({ readJwe: plain, readCose: plain });
    for (const theirs of [Buffer.from(answer.jwe), Buffer.from(answer.cose, "hex")]) {
      const read = readEnvelope(theirs, binding);
      if (!read.ok) throw new Error(`${read.reason}: ${read.detail}`);
      expect(read.envelope).toMatchObject({ version: 7, seq });
      expect(aesGcm.open(key, read.envelope)?.toString()).toBe(plain);
    }
  }
});
