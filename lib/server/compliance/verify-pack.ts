import { type CompliancePack, compliancePackSchema, PACK_AUDIENCE, PACK_TYPE } from "@/lib/domain/compliance/pack";
import type { Database } from "../database/client";
import { verifyDocument } from "../tokens/verify-document";

/** Is this a compliance pack that this installation signed, unchanged? Throws `invalid_input` with the reason when it is not. */
export async function verifyPack(database: Database, jws: string): Promise<{ kid: string; pack: CompliancePack }> {
  const kind = { noun: "compliance pack", typ: PACK_TYPE, audience: PACK_AUDIENCE, schema: compliancePackSchema };
  const { kid, payload } = await verifyDocument(database, jws, kind);
  return { kid, pack: payload };
}
