import { z } from "zod";
import { askOperator } from "@/lib/server/sealed/vaults";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "Ask to be admitted to a sealed fleet, with a public key",
  verb: askOperator,
  output: z.object({ operator: z.string() }),
  status: 201,
});
