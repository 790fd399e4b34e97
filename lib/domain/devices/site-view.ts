import { z } from "zod";
import { ENCRYPTION_POLICIES } from "../encryption/policy";
import { deviceNameSchema } from "./device-view";

export const siteSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Degrees, WGS 84. */
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  devices: z.number().int(),
});
export type SiteView = z.output<typeof siteSchema>;

export const addSiteInputSchema = z
  .object({
    name: deviceNameSchema,
    latitude: z.number().min(-90).max(90).nullable().default(null),
    longitude: z.number().min(-180).max(180).nullable().default(null),
  })
  .refine(({ latitude, longitude }) => (latitude === null) === (longitude === null), "Latitude and longitude: give both or neither.");

export const profileSchema = z.object({
  id: z.string(),
  name: z.string(),
  reportingIntervalSeconds: z.number().int(),
  /** What becomes of payloads in the open: `off` and `optional` take them, `required` refuses them as a leak. */
  encryption: z.enum(ENCRYPTION_POLICIES),
  devices: z.number().int(),
});
export type ProfileView = z.output<typeof profileSchema>;

export const addProfileInputSchema = z.object({
  name: deviceNameSchema,
  reportingIntervalSeconds: z.number().int().min(1).max(86_400).default(60),
  encryption: z.enum(ENCRYPTION_POLICIES).default("off"),
});

export const setProfileEncryptionInputSchema = z.object({ profileId: z.string().max(64), encryption: z.enum(ENCRYPTION_POLICIES) });

/** For lists that are ordered by name. */
export const nameListInputSchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(500),
  cursor: z.string().max(500).optional(),
});
