import { metricsResponse } from "@/lib/web/metrics-response";

export const dynamic = "force-dynamic";

export const GET = metricsResponse;
