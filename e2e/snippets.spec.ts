import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DeviceCredentials, DeviceDetail } from "@/lib/domain/devices/device-view";
import { connectSnippets } from "@/lib/domain/devices/snippets";
import { expect, test } from "./support/fixtures";
import { hasMosquitto } from "./support/mosquitto";
import { findPaho } from "./support/python";

/** Inside the checkout, so that `import mqtt` finds what `npm install mqtt` would have brought. */
const FOLDER = path.resolve(import.meta.dirname, "../test-results/snippets");
const python = findPaho();
/** A shell of somebody who knows nothing of these tests. */
const SHELL = { NODE_ENV: "production" as const, PATH: process.env.PATH, HOME: process.env.HOME };

/** What a person does with the text: paste it into a shell, or save it and run the file. */
const RUN: Record<string, { file: string; command: (file: string) => [string, string[]]; missing: boolean }> = {
  mosquitto: { file: "paste.sh", command: (file) => ["sh", [file]], missing: !hasMosquitto() },
  node: { file: "device.mjs", command: (file) => [process.execPath, [file]], missing: false },
  python: { file: "device.py", command: (file) => [python ?? "", [file]], missing: python === undefined },
};

for (const [kind, { file, command, missing }] of Object.entries(RUN))
  test(`the snippet for ${kind} works as it stands`, async ({ api }) => {
    test.skip(missing, `what the snippet for ${kind} needs is not installed`);
    const credentials = await api.post<DeviceCredentials>("/devices", { name: `pasted ${kind} ${Date.now()}` });
    const snippet = connectSnippets(credentials).find((one) => one.kind === kind);
    const place = path.join(FOLDER, file);
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(place, snippet?.code ?? "");
    const child = spawn(...command(place), { env: SHELL, stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise((resolve) => child.once("close", resolve));
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
    const latest = async () => (await api.get<DeviceDetail>(`/devices/${credentials.deviceId}`)).latest.map(({ metric }) => metric);
    await expect.poll(latest, { message: output, timeout: 30_000 }).toEqual(["temperature"]);
    child.kill();
    await ended;
    expect(output).not.toMatch(/error|traceback|warning/i);
  });
