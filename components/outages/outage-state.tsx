import { Sub } from "@/components/ui/data-table";
import { StateMark } from "@/components/ui/state-mark";
import { formatDuration } from "@/components/ui/time/format-time";
import { Time } from "@/components/ui/time/time";
import type { OutageView } from "@/lib/domain/outages/outage-view";

/** Open or over, since when and how long. */
export function OutageState({ outage: { startedAt, closedAt } }: { outage: Pick<OutageView, "startedAt" | "closedAt"> }) {
  if (closedAt === null)
    return (
      <>
        <StateMark state="firing" word="Open" />
        <Sub>
          <Time at={startedAt} form="since" focusable />, <Time at={startedAt} form="elapsed" />
        </Sub>
      </>
    );
  return (
    <>
      <StateMark state="done" word="Over" tone="unknown" />
      <Sub>
        <Time at={closedAt} focusable />, after {formatDuration(Date.parse(closedAt) - Date.parse(startedAt))}
      </Sub>
    </>
  );
}
