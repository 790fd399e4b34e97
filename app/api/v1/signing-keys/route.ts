import { signingKeyListSchema } from "@/lib/domain/tokens/signing-key-view";
import { listSigningKeys } from "@/lib/server/tokens/rotation/list-signing-keys";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "Keys that sign access tokens, the newest first, each with its tokens that hold",
  verb: listSigningKeys,
  output: signingKeyListSchema,
});
