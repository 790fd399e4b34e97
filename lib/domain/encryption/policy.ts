/** What a profile says of the payloads of its devices. `required`: one in the open is a leak, and is not taken. */
export const ENCRYPTION_POLICIES = ["off", "optional", "required"] as const;
export type EncryptionPolicy = (typeof ENCRYPTION_POLICIES)[number];
