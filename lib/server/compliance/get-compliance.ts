import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { assemblePack, type CompliancePack, PACK_TYPE } from "@/lib/domain/compliance/pack";
import { signDocument } from "@/lib/server/tokens/sign-document";
import { currentSigner } from "@/lib/server/tokens/signing-keys";
import { readVerb } from "@/lib/server/verb";
import { compliancePdf } from "./compliance-pdf";
import { loadFacts } from "./load-facts";

type Format = "json" | "jws" | "pdf";

/**
 * What this installation can show of the fleet by ETSI EN 303 645 and NIST IR 8259A, at this moment: for a page (`json`), signed by the
 * installation's key as receipts are (`jws`), or on paper (`pdf`, which carries the signed one as an attachment). Counts, no names of devices.
 */
export const getCompliance = readVerb({
  permission: "devices:read",
  input: z.object({ format: z.enum(["json", "jws", "pdf"]).default("json") }),
  async run(ctx, { format }): Promise<{ format: Format; pack: CompliancePack; jws: string; file: string | Uint8Array<ArrayBuffer> }> {
    const now = ctx.clock.now();
    const { prisma } = ctx.database;
    const fleet = await prisma.fleet.findUniqueOrThrow({ where: { id: ctx.fleetId }, select: { id: true, name: true } });
    const pack = assemblePack(fleet, await loadFacts(ctx, now), now);
    const signer = await currentSigner(prisma, ctx.secrets, now);
    if (!signer) throw new SallyportError("unavailable", "There is no signing key yet.", { hint: "The broker makes one when it starts." });
    const jws = signDocument(PACK_TYPE, pack, signer);
    return { format, pack, jws, file: format === "pdf" ? await compliancePdf(pack, jws) : `${jws}\n` };
  },
});
