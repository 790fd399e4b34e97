import { diagnosisSchema } from "@/lib/domain/diagnosis/diagnosis-view";
import { getDiagnosis } from "@/lib/server/diagnosis";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "Why a device is away: ranked hypotheses with evidence for and against, metadata only",
  verb: getDiagnosis,
  output: diagnosisSchema,
});
