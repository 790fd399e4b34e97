import { agentResponse } from "@/lib/web/agent-response";

export const dynamic = "force-dynamic";

export const GET = agentResponse("file");
