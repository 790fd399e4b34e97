import { healthResponse } from "@/lib/web/health-response";

export const dynamic = "force-dynamic";

export const GET = healthResponse;
