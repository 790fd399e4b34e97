import { apiKeySchema } from "@/lib/domain/members/member-view";
import { revokeApiKey } from "@/lib/server/members/revoke-api-key";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "Take an API key back", verb: revokeApiKey, output: apiKeySchema });
