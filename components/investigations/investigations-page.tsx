"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Loaded } from "@/components/ui/loaded";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { useLive } from "@/lib/client/live/use-live";
import { useRefresh } from "@/lib/client/live/use-refresh";
import { PageTitle } from "@/lib/client/page-title";
import { investigationGroupsQuery } from "@/lib/client/queries/investigations";
import { useSession } from "@/lib/client/session";
import { INVESTIGATION_VIEWS, type InvestigationGroup, type Investigations, type InvestigationViewName } from "@/lib/domain/investigations/investigation-view";
import { GroupDevices } from "./group-devices";
import { GroupList } from "./group-list";
import classes from "./investigations.module.css";

const parsers = {
  view: parseAsStringLiteral(INVESTIGATION_VIEWS).withDefault("open"),
  assigned: parseAsStringLiteral(["me", "nobody"] as const),
  cause: parseAsString,
  outage: parseAsString,
};

/** Which devices are away, for what likely cause, and who looks into it? */
export function InvestigationsPage() {
  const { fleet } = useSession();
  const [{ view, assigned, cause, outage }, set] = useQueryStates(parsers);
  const queue = useQuery(investigationGroupsQuery(fleet.id, { view, assigned: assigned ?? undefined }));
  useRefresh(
    useLive((state) => state.summary?.at),
    [[fleet.id, "investigations"]],
  );
  const answer = queue.data ? answerOf(queue.data, view) : "Investigations";
  const groups = queue.data?.groups ?? [];
  const chosen = groups.find((group) => group.cause === cause && group.outageId === outage) ?? groups[0];
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="Every device that is offline now, by what most likely keeps it away. It leaves the list when it is back, or when somebody closes it."
      />
      <div className={classes.filters}>
        <FilterChips
          legend="Shown"
          chips={[
            { key: "open", label: "Open", count: queue.data?.counts.open },
            { key: "snoozed", label: "Snoozed", count: queue.data?.counts.snoozed },
            { key: "closed", label: "Closed", count: queue.data?.counts.closed },
          ]}
          chosen={[view]}
          onToggle={(key) => void set({ view: parsers.view.parse(key), cause: null, outage: null })}
        />
        <FilterChips
          legend="Assigned to"
          chips={[
            { key: "me", label: "Me", count: queue.data?.mine },
            { key: "nobody", label: "Nobody" },
          ]}
          chosen={assigned ? [assigned] : []}
          onToggle={(key) => void set({ assigned: key === assigned ? null : parsers.assigned.parse(key), cause: null, outage: null })}
        />
      </div>
      <Loaded query={queue} what="investigations">
        {({ assignees }) =>
          chosen ? (
            <div className={classes.columns}>
              <Panel title="Likely causes" aside="biggest first" flush>
                <GroupList groups={groups} chosen={chosen} onChoose={(group) => void set({ cause: group.cause, outage: group.outageId })} />
              </Panel>
              <GroupDevices key={`${view} ${keyOf(chosen)}`} group={chosen} view={view} assigned={assigned ?? undefined} assignees={assignees} />
            </div>
          ) : (
            <Nothing view={view} filtered={assigned !== null} />
          )
        }
      </Loaded>
    </div>
  );
}

const keyOf = ({ cause, outageId }: InvestigationGroup) => `${cause} ${outageId}`;

function answerOf({ counts, groups }: Investigations, view: InvestigationViewName): string {
  const count = counts[view];
  const devices = `${count.toLocaleString("en")} ${count === 1 ? "device" : "devices"}`;
  if (view === "snoozed") return count === 0 ? "Nothing is snoozed" : `${devices} snoozed`;
  if (view === "closed") return count === 0 ? "Nothing is closed" : `${devices} looked into, still away`;
  if (count === 0) return "No device needs looking into";
  return `${devices} to look into${groups.length > 1 ? `, ${groups.length} likely causes` : ""}`;
}

function Nothing({ view, filtered }: { view: InvestigationViewName; filtered: boolean }) {
  if (filtered) return <EmptyState framed title="Nothing here fits this filter" />;
  if (view !== "open") return <EmptyState framed title={view === "snoozed" ? "Nobody has put anything off" : "Nothing was closed that is still away"} />;
  return (
    <EmptyState framed title="No device is away that somebody should look into" actions={<Link href="/devices?q=state%3Aoffline">Offline devices</Link>}>
      A device comes here as soon as it is offline, and its likely cause some 15 seconds later.
    </EmptyState>
  );
}
