import { expect, test } from "vitest";
import { newRecoveryCode, readRecoveryCode } from "./recovery-code";
import { closeVault, newKeyPair, openVault } from "./vault";

test("a vault opens with its passphrase, however it was composed, and with no other", async () => {
  const key = await newKeyPair();
  const vault = await closeVault(key, "caf\u00e9 corridor");
  expect(vault).not.toContain(key.d);
  expect(await openVault(vault, "cafe\u0301 corridor")).toEqual(key);
  expect(await openVault(vault, "cafe corridor")).toBeUndefined();
  expect(await openVault(`${vault.slice(0, -3)}AAA`, "caf\u00e9 corridor")).toBeUndefined();
});

test("a recovery key is read as people write, and a slip is noticed", async () => {
  const code = await newRecoveryCode();
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(await readRecoveryCode(` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `)).toBe(code);
  const other = code.startsWith("7") ? "8" : "7";
  expect(await readRecoveryCode(other + code.slice(1))).toBeUndefined();
  expect(await readRecoveryCode(code.slice(0, -1))).toBeUndefined();
  expect(await newRecoveryCode()).not.toBe(code);
});
