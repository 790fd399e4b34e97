import { z } from "zod";
import { revokeToken } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "Take a token back; what is connected with it is cut",
  verb: revokeToken,
  output: z.object({ tokenId: z.string(), revoked: z.boolean(), revocationId: z.string().nullable() }),
});
