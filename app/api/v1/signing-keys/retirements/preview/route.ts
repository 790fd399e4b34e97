import { retirementPreviewSchema } from "@/lib/domain/tokens/signing-key-view";
import { previewRetirement } from "@/lib/server/tokens/rotation/preview-retirement";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "What retiring a signing key would meet now, counted exactly over all fleets; changes nothing",
  verb: previewRetirement,
  output: retirementPreviewSchema,
});
