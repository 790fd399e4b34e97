"use client";

import { Button } from "@mantine/core";
import { useMutation, useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";
import { Note } from "@/components/ui/note";
import { useNow } from "@/components/ui/time/now";
import { pingDevice } from "@/lib/client/commands/ping";
import { pingQuery } from "@/lib/client/queries/diagnosis";
import { useSession } from "@/lib/client/session";
import { isPingOpen, pingSentences } from "@/lib/domain/diagnosis/ping-view";

/** The newest ping is told about for so long. */
const SHOWN_MS = 15 * 60_000;

const keyOf = (fleet: string, deviceId: string) => [fleet, "ping", deviceId];

/** Asks the device for a sign of life. */
export function PingButton({ deviceId }: { deviceId: string }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const ping = useMutation({
    mutationKey: keyOf(fleet.id, deviceId),
    mutationFn: () => pingDevice(fleet.id, deviceId),
    onSettled: () => client.invalidateQueries({ queryKey: pingQuery(fleet.id, deviceId).queryKey }),
  });
  if (!can("devices:ping")) return null;
  return (
    <Button onClick={() => ping.mutate()} loading={ping.isPending}>
      Ping now
    </Button>
  );
}

/** What the newest ping did: what was sent, who could hear it, what came back. */
export function PingResult({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const now = useNow();
  const { data } = useQuery(pingQuery(fleet.id, deviceId));
  const refused = useMutationState({ filters: { mutationKey: keyOf(fleet.id, deviceId) }, select: ({ state }) => state.error?.message }).at(-1);
  const ping = data?.ping;
  if (refused)
    return (
      <Note tone="warn" mark="failed" role="alert">
        {refused}
      </Note>
    );
  if (!ping || now - Date.parse(ping.at) > SHOWN_MS) return null;
  const waiting = isPingOpen(ping, now);
  return (
    <Note tone={ping.heardAt || waiting ? "sleep" : "warn"} mark={ping.heardAt ? "done" : waiting ? "info" : "failed"} role="status">
      <b>Ping.</b> {pingSentences(ping, now).join(" ")}
    </Note>
  );
}
