import { type LiveToken, liveTokenSchema } from "@/lib/domain/tokens/token-view";
import { api } from "../api";

/** A short-lived token with which this tab may follow its fleet, and nothing else. */
export function fetchLiveToken(fleet: string): Promise<LiveToken> {
  return api(liveTokenSchema, "/live-token", { method: "POST", fleet, body: {} });
}
