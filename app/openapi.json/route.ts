import { ROUTES } from "@/app/api/v1/routes";
import { openApiResponse } from "@/lib/web/openapi-response";

export const dynamic = "force-dynamic";

export const GET = () => openApiResponse(ROUTES);
