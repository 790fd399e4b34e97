import { sealedViewSchema } from "@/lib/domain/sealed/sealed-view";
import { getSealed } from "@/lib/server/sealed/get-sealed";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "Custody: what the admins of a sealed fleet signed, to be verified by whoever reads it",
  verb: getSealed,
  output: sealedViewSchema,
});
