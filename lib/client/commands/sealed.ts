import { z } from "zod";
import {
  type SealedDeviceView,
  type SealedMessageView,
  type SealedView,
  type SignedBatch,
  sealedDeviceSchema,
  sealedMessageSchema,
  sealedViewSchema,
  signedSchema,
  type VaultView,
  vaultViewSchema,
} from "@/lib/domain/sealed/sealed-view";
import type { AgreementKey } from "@/lib/protocol/key-exchange";
import { api } from "../api";
import { pageOf } from "../page";

export function fetchSealed(fleet: string, signal?: AbortSignal): Promise<SealedView> {
  return api(sealedViewSchema, "/sealed", { fleet, ...(signal && { signal }) });
}

/** The caller's own keys, closed. */
export function fetchVault(fleet: string, signal?: AbortSignal): Promise<VaultView> {
  return api(vaultViewSchema, "/sealed/vault", { fleet, ...(signal && { signal }) });
}

export function askOperator(fleet: string, body: { publicKey: AgreementKey; vault: string }): Promise<unknown> {
  return api(z.unknown(), "/sealed/operators", { method: "POST", fleet, body });
}

export function sendSigned(fleet: string, body: SignedBatch): Promise<z.output<typeof signedSchema>> {
  return api(signedSchema, "/sealed/signatures", { method: "POST", fleet, body });
}

export function fetchRecovery(fleet: string): Promise<VaultView> {
  return api(vaultViewSchema, "/sealed/recovery", { method: "POST", fleet, body: {} });
}

/** All of them: what is signed is signed for the whole fleet. */
export async function fetchSealedDevices(fleet: string): Promise<SealedDeviceView[]> {
  const devices: SealedDeviceView[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await api(pageOf(sealedDeviceSchema), "/sealed/devices", { fleet, query: { limit: 500, cursor } });
    devices.push(...page.items);
    if (page.nextCursor === null) return devices;
    cursor = page.nextCursor;
  }
}

/** Newest first, at most so many; and how many there are altogether. */
export async function fetchSealedMessages(
  fleet: string,
  deviceId: string,
  since: string,
  most: number,
): Promise<{ items: SealedMessageView[]; total: number }> {
  const items: SealedMessageView[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { since, limit: Math.min(1_000, most - items.length), cursor };
    const page = await api(pageOf(sealedMessageSchema), `/devices/${encodeURIComponent(deviceId)}/sealed-messages`, { fleet, query });
    items.push(...page.items);
    if (page.nextCursor === null || items.length >= most) return { items, total: page.total };
    cursor = page.nextCursor;
  }
}
