import { z } from "zod";

/** What a device may be asked to do, on `down/command/{id}`. `report`: send a report now, as a sign of life. */
export const commandSchema = z.object({ id: z.string(), command: z.literal("report"), at: z.iso.datetime() });
export type Command = z.output<typeof commandSchema>;
