import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { problemResponse } from "./problem";
import { webRuntime } from "./runtime";

/** An address that the API does not have, in the form of every other error. */
export async function notFoundHandler(request: Request): Promise<Response> {
  const error = new SallyportError("not_found", `There is no ${new URL(request.url).pathname} here.`, { hint: "/openapi.json lists every address." });
  return problemResponse(error, { requestId: newId("request"), log: webRuntime().log });
}
