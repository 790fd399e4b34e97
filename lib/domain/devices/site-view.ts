import { z } from "zod";
import { ENCRYPTION_POLICIES } from "../encryption/policy";
import { allowListSchema } from "../posture/allow-list";
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
  /** Sleep plan: after a goodbye its devices may stay away for so long. Null: they do not sleep. */
  sleepSeconds: z.number().int().nullable(),
  /** What becomes of payloads in the open: `off` and `optional` take them, `required` refuses them as a leak. */
  encryption: z.enum(ENCRYPTION_POLICIES),
  /** What may listen on its devices, and where they may connect to. */
  allowed: z.object({ listeners: z.array(z.string()), destinations: z.array(z.string()) }),
  devices: z.number().int(),
});
export type ProfileView = z.output<typeof profileSchema>;

/** What a profile says of when its devices are heard. */
export const profileReportingShape = {
  reportingIntervalSeconds: z.number({ error: "A number of seconds." }).int().min(1, "At least one second.").max(86_400, "At most a day."),
  sleepSeconds: z
    .number({ error: "A number of seconds." })
    .int()
    .min(10, "At least 10 seconds.")
    .max(30 * 86_400, "At most 30 days.")
    .nullable(),
};

export const addProfileInputSchema = z.object({
  name: deviceNameSchema,
  reportingIntervalSeconds: profileReportingShape.reportingIntervalSeconds.default(60),
  sleepSeconds: profileReportingShape.sleepSeconds.default(null),
  encryption: z.enum(ENCRYPTION_POLICIES).default("off"),
});

/** What is left out stays as it is. */
export const setProfileReportingInputSchema = z.object({
  profileId: z.string().max(64),
  reportingIntervalSeconds: profileReportingShape.reportingIntervalSeconds.optional(),
  sleepSeconds: profileReportingShape.sleepSeconds.optional(),
});

export const setProfileEncryptionInputSchema = z.object({ profileId: z.string().max(64), encryption: z.enum(ENCRYPTION_POLICIES) });

export const setAllowListInputSchema = allowListSchema.extend({ profileId: z.string().max(64) });

/** For lists that are ordered by name. */
export const nameListInputSchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(500),
  cursor: z.string().max(500).optional(),
});
