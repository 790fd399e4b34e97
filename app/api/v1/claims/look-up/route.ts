import { z } from "zod";
import { lookUpClaim } from "@/lib/server/claims/read-claims";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "Which claim is this code, as typed or scanned?",
  verb: lookUpClaim,
  output: z.object({ claimId: z.string(), name: z.string() }),
});
