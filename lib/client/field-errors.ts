import { ApiError } from "./api-error";

/** The server's field problems in the form that a form library shows; empty for anything else. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(error.fields.filter(({ path }) => path !== "").map(({ path, message }) => [path, message]));
}
