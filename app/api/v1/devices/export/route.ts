import { z } from "zod";
import { exportDevices } from "@/lib/server/devices/export-devices";
import { route } from "@/lib/web/route";

const TYPES = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl; charset=utf-8" } as const;

export const GET = route({
  summary: "The devices of a search as a file: CSV, or with format=jsonl a line of JSON for each",
  verb: exportDevices,
  output: z.object({ format: z.enum(["csv", "jsonl"]), rows: z.number().int(), text: z.string() }),
  lists: ["state", "lifecycle"],
  file: ({ format, text }) => ({ name: `devices.${format}`, type: TYPES[format], text }),
});
