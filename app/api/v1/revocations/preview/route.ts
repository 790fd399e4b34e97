import { revocationPreviewSchema } from "@/lib/domain/tokens/revocation-view";
import { previewRevocation } from "@/lib/server/tokens/revocations/preview-revocation";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "What a revocation would meet now, counted exactly; changes nothing",
  verb: previewRevocation,
  output: revocationPreviewSchema,
});
