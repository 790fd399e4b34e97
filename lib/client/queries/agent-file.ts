import { queryOptions } from "@tanstack/react-query";

/** The SHA-256 of the agent's file that this installation hands out; null: it has none. */
export const agentDigestQuery = () =>
  queryOptions({
    queryKey: ["agent-file", "sha256"],
    queryFn: async ({ signal }): Promise<string | null> => {
      const response = await fetch("/api/agent/sha256", { signal });
      const digest = response.ok ? (await response.text()).slice(0, 64) : "";
      return /^[0-9a-f]{64}$/.test(digest) ? digest : null;
    },
    staleTime: 60_000,
  });
