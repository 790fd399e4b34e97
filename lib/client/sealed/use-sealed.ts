import { useQuery } from "@tanstack/react-query";
import type { SealedView } from "@/lib/domain/sealed/sealed-view";
import type { SealedSession } from "@/lib/domain/sealed/session";
import { useSession } from "../session";
import { useSealedSession } from "./session-store";
import { refresh } from "./unlock";

/** The reader's unlocked session, brought up to what was signed meanwhile. `error`: what the server shows now is not believed. */
export function useSealed(view: SealedView | undefined): { session: SealedSession | undefined; error: Error | null } {
  const { fleet, user } = useSession();
  const session = useSealedSession(fleet.id, user.id);
  const shown = view?.statements.length;
  const { error } = useQuery({
    queryKey: [fleet.id, "sealed", "refresh", shown],
    queryFn: async () => (await refresh({ fleet: fleet.id, user: user.id })).chain.n,
    enabled: session !== undefined && shown !== undefined && shown !== session.chain.n,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { session, error };
}
