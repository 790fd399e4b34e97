import { z } from "zod";
import { compliancePackSchema } from "@/lib/domain/compliance/pack";
import { getCompliance } from "@/lib/server/compliance/get-compliance";
import { route } from "@/lib/web/route";

const TYPES = { jws: "application/jose", pdf: "application/pdf" } as const;

export const GET = route({
  summary: "What this installation can show of the fleet by ETSI EN 303 645 and NIST IR 8259A; as a signed file with format=jws, on paper with format=pdf",
  verb: getCompliance,
  output: z.object({ jws: z.string(), pack: compliancePackSchema }),
  file: ({ format, pack, file }) => (format === "json" ? undefined : { name: `compliance-${pack.at.slice(0, 10)}.${format}`, type: TYPES[format], text: file }),
});
