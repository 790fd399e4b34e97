import { z } from "zod";
import { statementSchema } from "@/lib/domain/posture/statement";
import { getStatement } from "@/lib/server/posture/get-statement";
import { route } from "@/lib/web/route";

const TYPES = { jws: "application/jose", csv: "text/csv; charset=utf-8" } as const;

export const GET = route({
  summary: "The fleet's statement on zero inbound ports: a signed JWS as a file, with format=csv every device, with format=json what is signed",
  verb: getStatement,
  output: z.object({ jws: z.string(), statement: statementSchema }),
  file: ({ format, text, statement }) =>
    format === "json" ? undefined : { name: `posture-${statement.to.slice(0, 10)}.${format}`, type: TYPES[format], text },
});
