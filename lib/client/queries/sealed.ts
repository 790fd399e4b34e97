import { queryOptions } from "@tanstack/react-query";
import { fetchSealed, fetchSealedDevices, fetchVault } from "../commands/sealed";

const EVERY_MS = 5_000;

/** Custody of the fleet. What is signed in it counts only after it was verified. */
export const sealedQuery = (fleet: string) =>
  queryOptions({
    queryKey: [fleet, "sealed", "view"],
    queryFn: ({ signal }) => fetchSealed(fleet, signal),
    staleTime: 10_000,
    refetchInterval: ({ state }) => (state.data?.sealed ? EVERY_MS : false),
  });

/** The reader's own keys, closed. */
export const vaultQuery = (fleet: string) => queryOptions({ queryKey: [fleet, "sealed", "vault"], queryFn: ({ signal }) => fetchVault(fleet, signal) });

/** Whose public keys there are to sign. */
export const sealedDevicesQuery = (fleet: string) =>
  queryOptions({ queryKey: [fleet, "sealed", "devices"], queryFn: () => fetchSealedDevices(fleet), refetchInterval: EVERY_MS });
