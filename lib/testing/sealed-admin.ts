import type { Role } from "@/lib/domain/members/permissions";
import type { SealedDeviceView, SignedBatch } from "@/lib/domain/sealed/sealed-view";
import { openSession, type SealedSession } from "@/lib/domain/sealed/session";
import { newKeyPair, type PrivateKey } from "@/lib/domain/sealed/vault";
import type { Context } from "@/lib/server/context";
import { getSealed } from "@/lib/server/sealed/get-sealed";
import { listSealedDevices } from "@/lib/server/sealed/list-sealed";
import { signBatch } from "@/lib/server/sealed/sign-batch";
import { askOperator, getVault } from "@/lib/server/sealed/vaults";
import { makeUser } from "./factories";

/** A member's browser, as far as a sealed fleet is concerned. */
export interface SealedBrowser {
  ctx: Context;
  operator: string;
  privateKey: PrivateKey;
  publicKey: Pick<PrivateKey, "kty" | "crv" | "x" | "y">;
  /** From what the server answers now, as the page does it. */
  open(root: string): ReturnType<typeof openSession>;
}

/** A new member with a key pair, who has asked to be admitted. */
export async function sealedBrowser(base: Context, role: Role): Promise<SealedBrowser> {
  const { fleetId: fleet } = base;
  const user = await makeUser(base.database, { fleetId: fleet, role });
  const ctx: Context = { ...base, actor: { kind: "user", id: user.id, name: user.name, roles: new Map([[fleet, role]]) } };
  const privateKey = await newKeyPair();
  const { d: _private, ...publicKey } = privateKey;
  await askOperator(ctx, { publicKey, vault: "closed.in.the.browser.x" });
  return {
    ctx,
    operator: user.id,
    privateKey,
    publicKey,
    async open(root) {
      const { statements } = await getSealed(ctx, {});
      const { wraps, rootWrap } = await getVault(ctx, {});
      return openSession({ fleet, operator: user.id, privateKey, statements, root, seen: undefined, wraps, rootWrap });
    },
  };
}

/** Sends what was signed, in order; answers the session after it. */
export async function send(ctx: Context, { batches, session }: { batches: SignedBatch[]; session: SealedSession }): Promise<SealedSession> {
  for (const batch of batches) await signBatch(ctx, batch);
  return session;
}

export async function devicesOf(ctx: Context): Promise<SealedDeviceView[]> {
  return (await listSealedDevices(ctx, { limit: 500 })).items;
}
