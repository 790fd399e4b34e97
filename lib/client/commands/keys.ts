import { z } from "zod";
import { type OpeningKeys, openingKeysSchema } from "@/lib/domain/encryption/key-view";
import type { EncryptionPolicy } from "@/lib/domain/encryption/policy";
import { type RotationPolicyView, rotationPolicySchema, type setRotationPolicyInputSchema } from "@/lib/domain/encryption/rotation-policy";
import { type rotateKeysInputSchema, type Steered, steeredSchema } from "@/lib/domain/encryption/rotation-view";
import { api } from "../api";

/** The keys that open what this device sends. Each fetch leaves an audit event. */
export function fetchOpeningKeys(fleet: string, deviceId: string): Promise<OpeningKeys> {
  return api(openingKeysSchema, `/devices/${encodeURIComponent(deviceId)}/keys/opening`, { method: "POST", fleet, body: {} });
}

const rotatedSchema = z.object({ rotationId: z.string(), devices: z.number() });

/** The answer says how many devices get a new key. */
export function rotateKeys(fleet: string, input: z.input<typeof rotateKeysInputSchema>): Promise<z.output<typeof rotatedSchema>> {
  return api(rotatedSchema, "/keys/rotations", { method: "POST", fleet, body: input });
}

export type RotationStep = "pause" | "resume" | "roll-back";

export function steerRotation(fleet: string, rotationId: string, step: RotationStep, reason: string): Promise<Steered> {
  return api(steeredSchema, `/keys/rotations/${encodeURIComponent(rotationId)}/${step}`, { method: "POST", fleet, body: { reason } });
}

export function setRotationPolicy(fleet: string, changes: z.input<typeof setRotationPolicyInputSchema>): Promise<RotationPolicyView> {
  return api(rotationPolicySchema, "/keys/policy", { method: "PATCH", fleet, body: changes });
}

export function acceptDeviceKey(fleet: string, deviceId: string, thumbprint: string): Promise<unknown> {
  return api(z.unknown(), `/devices/${encodeURIComponent(deviceId)}/keys/accept`, { method: "POST", fleet, body: { thumbprint } });
}

export function setProfileEncryption(fleet: string, profileId: string, encryption: EncryptionPolicy): Promise<unknown> {
  return api(z.unknown(), `/profiles/${encodeURIComponent(profileId)}`, { method: "PATCH", fleet, body: { encryption } });
}
