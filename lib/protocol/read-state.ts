import { readPayloadJson } from "./payload-json";
import { type StateReport, stateReportSchema } from "./state";
import type { RejectReason } from "./telemetry";

export type StateRead = { ok: true; report: StateReport } | { ok: false; reason: RejectReason; detail: string };

/** Reads the payload of `up/state`. Never throws; what is wrong is told with its place. */
export function readStateReport(payload: Uint8Array): StateRead {
  const json = readPayloadJson(payload);
  if (!json.ok) return json;
  const parsed = stateReportSchema.safeParse(json.value);
  if (parsed.success) return { ok: true, report: parsed.data };
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") ?? "";
  return { ok: false, reason: "bad_shape", detail: `${place === "" ? "" : `${place}: `}${issue?.message ?? "No report of a state."}`.slice(0, 300) };
}
