import { retiredSchema } from "@/lib/domain/tokens/signing-key-view";
import { retireSigningKey } from "@/lib/server/tokens/rotation/retire-signing-key";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "End a signing key that does not sign: its tokens are revoked, with a receipt per fleet. Only a signed-in admin of every fleet",
  verb: retireSigningKey,
  status: 201,
  output: retiredSchema,
});
