import { z } from "zod";
import { receiptSchema } from "@/lib/domain/tokens/receipt";
import { getReceipt } from "@/lib/server/tokens/revocations/get-receipt";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "The signed receipt: a compact JWS as a file, or with format=json what stands in it",
  verb: getReceipt,
  output: z.object({ jws: z.string(), receipt: receiptSchema }),
  file: ({ format, jws, receipt }) =>
    format === "jws" ? { name: `${receipt.jti}-v${receipt.version}.jws`, type: "application/jose", text: `${jws}\n` } : undefined,
});
