import { z } from "zod";
import { deviceNameSchema } from "@/lib/domain/devices/device-view";

/** What the form of a new device asks for. Empty optional fields are left out. */
export const deviceFormSchema = z.object({
  name: deviceNameSchema,
  site: z.union([z.literal(""), deviceNameSchema]),
  profile: z.string(),
  gateway: z.union([z.literal(""), deviceNameSchema]),
  tokenDays: z.number({ error: "A number of days." }).int().min(1, "At least one day.").max(365, "At most 365 days."),
});
export type DeviceForm = z.input<typeof deviceFormSchema>;
