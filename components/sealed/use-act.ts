import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Act, perform } from "@/lib/client/sealed/unlock";
import { useSession } from "@/lib/client/session";

/** One thing that an admin's browser signs. */
export function useAct(onDone?: () => void) {
  const { fleet, user } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: Act) => perform({ fleet: fleet.id, user: user.id }, act),
    onSuccess: () => onDone?.(),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id, "sealed"] }),
  });
}
