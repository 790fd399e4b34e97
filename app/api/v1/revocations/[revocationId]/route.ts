import { revocationSchema } from "@/lib/domain/tokens/revocation-view";
import { getRevocation } from "@/lib/server/tokens/revocations/get-revocation";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "One revocation, with what became of each session so far", verb: getRevocation, output: revocationSchema });
