import { z } from "zod";
import { placeResultSchema } from "@/lib/domain/devices/site-places";
import { placeSites } from "@/lib/server/devices/place-sites";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "Set the places of sites by name, adding those that are new; with dryRun only say what would be",
  verb: placeSites,
  output: z.object({ dryRun: z.boolean(), rows: z.array(placeResultSchema) }),
});
