import { z } from "zod";
import { apiKeySchema } from "@/lib/domain/members/member-view";
import { createApiKey } from "@/lib/server/members/create-api-key";
import { listApiKeys } from "@/lib/server/members/list-api-keys";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "API keys of the fleet, newest first", verb: listApiKeys, output: pageOf(apiKeySchema) });

export const POST = route({
  summary: "Make an API key; it is shown once",
  verb: createApiKey,
  output: z.object({ key: z.string(), apiKey: apiKeySchema }),
  status: 201,
});
