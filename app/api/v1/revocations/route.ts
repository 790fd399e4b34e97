import { z } from "zod";
import { revocationRowSchema } from "@/lib/domain/tokens/revocation-view";
import { listRevocations } from "@/lib/server/tokens/revocations/list-revocations";
import { revokeTokens } from "@/lib/server/tokens/revocations/revoke-tokens";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Revocations of the fleet, newest first", verb: listRevocations, output: pageOf(revocationRowSchema) });

export const POST = route({
  summary: "Take tokens back: one, or all of a device, a subject, a batch or a query. Answered when embedded brokers have cut",
  verb: revokeTokens,
  status: 201,
  output: z.object({ revocationId: z.string(), tokens: z.number().int() }),
});
