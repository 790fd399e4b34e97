"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Panel } from "@/components/ui/panel";
import { Timeline } from "@/components/ui/timeline";
import { useLivePresence } from "@/lib/client/live/use-live";
import { timelineQuery } from "@/lib/client/queries/telemetry";
import { useSession } from "@/lib/client/session";
import { sharedText } from "@/lib/domain/outages/outage-text";
import { causeText, stateText } from "@/lib/domain/presence/cause-text";
import type { PresenceCause } from "@/lib/protocol/presence";
import { PRESENCE_CAUSES } from "@/lib/protocol/presence";

const SHOWN = 12;

/** The device's last changes of state, with their causes. */
export function DeviceEvents({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const timeline = useQuery(timelineQuery(fleet.id, deviceId));
  const live = useLivePresence(deviceId);
  const entries = useMemo(() => {
    const known = timeline.data?.items ?? [];
    if (!live || known.some(({ at }) => Date.parse(at) >= Date.parse(live.since))) return known;
    return [{ at: live.since, state: live.state, cause: live.cause, sessionNumber: null, outage: null }, ...known];
  }, [timeline.data, live]);
  return (
    <Panel title="Recent">
      <Loaded query={timeline} what="its events" loading={<LoadingRows rows={4} />}>
        {() => (
          <Timeline
            label="Changes of state"
            items={entries.slice(0, SHOWN).map(({ at, state, cause, sessionNumber, outage }) => ({
              id: `${at}${state}${cause}`,
              at,
              state,
              text: `${stateText(state).replace(/^./, (letter) => letter.toUpperCase())}${sessionNumber ? `, session #${sessionNumber}` : ""}`,
              sub: (
                <>
                  {isCause(cause) ? causeText(cause) : cause}
                  {outage ? (
                    <>
                      {" "}
                      <Link href={`/outages/${outage.id}`}>Outage: {sharedText(outage)}</Link>
                    </>
                  ) : null}
                </>
              ),
            }))}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function isCause(text: string): text is PresenceCause {
  return (PRESENCE_CAUSES as readonly string[]).includes(text);
}
