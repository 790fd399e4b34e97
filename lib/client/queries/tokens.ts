import { queryOptions } from "@tanstack/react-query";
import { tokenViewSchema } from "@/lib/domain/tokens/token-view";
import { api } from "../api";
import { pageOf } from "../page";

interface TokenSearch {
  state?: string;
  q?: string;
  limit?: number;
  cursor?: string;
}

export const tokensQuery = (fleet: string, search: TokenSearch = {}) =>
  queryOptions({
    queryKey: [fleet, "tokens", "list", search],
    queryFn: ({ signal }) => api(pageOf(tokenViewSchema), "/tokens", { fleet, query: { ...search }, signal }),
  });

export const deviceTokensQuery = (fleet: string, deviceId: string) =>
  queryOptions({
    queryKey: [fleet, "tokens", "device", deviceId],
    queryFn: ({ signal }) => api(pageOf(tokenViewSchema), `/devices/${encodeURIComponent(deviceId)}/tokens`, { fleet, signal }),
  });
