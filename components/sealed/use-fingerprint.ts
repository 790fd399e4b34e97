import { useQuery } from "@tanstack/react-query";
import { fingerprintOf } from "@/lib/protocol/claim";
import type { AgreementKey } from "@/lib/protocol/key-exchange";

/** Of a public key, computed here and not as the server says; empty while it is computed. */
export function useFingerprint(key: AgreementKey): string {
  const { data = "" } = useQuery({
    queryKey: ["fingerprint", key.x, key.y],
    queryFn: async () => fingerprintOf(await (await import("@/lib/protocol/sealed/root-signature")).thumbprintOf(key)),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
