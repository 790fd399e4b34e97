import { z } from "zod";
import { revokeClaim } from "@/lib/server/claims/revoke-claim";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "Revoke a claim code; devices that it let in stay",
  verb: revokeClaim,
  output: z.object({ claimId: z.string(), revoked: z.boolean() }),
});
