import { rotatedSchema } from "@/lib/domain/tokens/signing-key-view";
import { rotateSigningKey } from "@/lib/server/tokens/rotation/rotate-signing-key";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "A new signing key: published at once, signing some minutes later. Only a signed-in admin of every fleet",
  verb: rotateSigningKey,
  status: 201,
  output: rotatedSchema,
});
