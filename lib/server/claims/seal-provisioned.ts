import { CompactEncrypt, importJWK } from "jose";
import type { Provisioned } from "@/lib/protocol/claim";
import { type AgreementKey, KEY_WRAP } from "@/lib/protocol/key-exchange";

/** A compact JWE that opens with this device's key-agreement key only. */
export async function sealProvisioned(
  inside: Provisioned,
  { agreementKey, keyThumbprint }: { agreementKey: AgreementKey; keyThumbprint: string },
): Promise<string> {
  const recipient = await importJWK(agreementKey, KEY_WRAP.alg);
  return new CompactEncrypt(Buffer.from(JSON.stringify(inside))).setProtectedHeader({ ...KEY_WRAP, kid: keyThumbprint }).encrypt(recipient);
}
