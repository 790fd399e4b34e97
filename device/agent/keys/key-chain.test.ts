import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { CompactEncrypt, importJWK } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { type AgreementKey, KEY_WRAP, type KeyMessage } from "@/lib/protocol/key-exchange";
import { KeyChain } from "./key-chain";
import { fileKeyStore } from "./key-store";

function store() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "deep", "keys.json");
  return { file, open: () => fileKeyStore(file) };
}

const publicOf = (message: KeyMessage): AgreementKey => {
  if (!("publicKey" in message)) throw new Error("no hello");
  return message.publicKey;
};
async function offer(to: KeyChain, content: object, alg: string = KEY_WRAP.alg): Promise<Uint8Array> {
  const recipient = await importJWK({ ...publicOf(to.hello()) }, alg);
  return Buffer.from(await new CompactEncrypt(Buffer.from(JSON.stringify(content))).setProtectedHeader({ alg, enc: KEY_WRAP.enc }).encrypt(recipient));
}
const key = Buffer.alloc(32, 7).toString("base64url");

test("a key is used when the platform knows of it, and not before; it survives a restart", async () => {
  const { file, open } = store();
  const chain = new KeyChain("dev_1", open());
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await chain.accept(await offer(chain, { device: "dev_1", version: 3, key }))).toBe(3);
  expect(chain.sealing).toBeUndefined();
  const again = new KeyChain("dev_1", open());
  expect(again.hello()).toEqual(chain.hello());
  expect(again.holds).toBe(3);
  again.confirm(2);
  expect(again.sealing).toBeUndefined();
  again.confirm(3);
  expect(again.sealing).toEqual({ version: 3, key: new Uint8Array(32).fill(7) });
  expect(new KeyChain("dev_1", open()).sealing?.version).toBe(3);
});

test("what is not for us, older, or made otherwise is passed over", async () => {
  const chain = new KeyChain("dev_1", store().open());
  const stranger = new KeyChain("dev_1", store().open());
  await chain.accept(await offer(chain, { device: "dev_1", version: 3, key }));
  expect(await chain.accept(await offer(chain, { device: "dev_2", version: 4, key }))).toBeUndefined();
  expect(await chain.accept(await offer(chain, { device: "dev_1", version: 2, key }))).toBeUndefined();
  expect(await chain.accept(await offer(chain, { device: "dev_1", version: 5, key: "short" }))).toBeUndefined();
  expect(await chain.accept(await offer(stranger, { device: "dev_1", version: 6, key }))).toBeUndefined();
  expect(await chain.accept(await offer(chain, { device: "dev_1", version: 7, key }, "ECDH-ES"))).toBeUndefined();
  expect(await chain.accept(Buffer.from("rubbish"))).toBeUndefined();
  expect(chain.holds).toBe(3);
  // The same again: its acknowledgement was lost.
  expect(await chain.accept(await offer(chain, { device: "dev_1", version: 3, key }))).toBe(3);
});

test("keys that cannot be read are never made anew", () => {
  const { file, open } = store();
  new KeyChain("dev_1", open());
  writeFileSync(file, "{");
  expect(() => new KeyChain("dev_1", open())).toThrow("cannot be read");
  expect(readFileSync(file, "utf8")).toBe("{");
});
