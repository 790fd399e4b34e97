"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Icon } from "@/components/ui/icon";
import { Loaded } from "@/components/ui/loaded";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ShareBar } from "@/components/ui/share-bar";
import { ShowMore } from "@/components/ui/show-more";
import { StateMark } from "@/components/ui/state-mark";
import { PageTitle } from "@/lib/client/page-title";
import { postureQuery } from "@/lib/client/queries/posture";
import { useSession } from "@/lib/client/session";
import type { PostureList } from "@/lib/domain/posture/posture-view";
import { PROOF_STATES } from "@/lib/domain/posture/proof";
import { statementText } from "@/lib/domain/posture/statement-text";
import { AllowListPanel } from "./allow-list-panel";
import { PlatformPanel } from "./platform-panel";
import classes from "./posture.module.css";
import { PostureTable } from "./posture-table";
import { PROOF_MARKS, PROOF_TONES } from "./posture-words";
import { StatementMenu } from "./statement-menu";

/** Everything but what is proved: what the page shows unless the address says otherwise. */
const NOT_PROVED = PROOF_STATES.filter((state) => state !== "proved");

/** The list's search as the address says it: a link shows a colleague the same rows. */
const parsers = {
  state: parseAsArrayOf(parseAsStringLiteral(PROOF_STATES)).withDefault(NOT_PROVED),
  q: parseAsString.withDefault(""),
};

/** How many devices proved that nothing on them listens, and why not the others? */
export function PosturePage() {
  const { fleet } = useSession();
  const [{ state, q }, set] = useQueryStates(parsers, { history: "replace", clearOnDefault: true });
  const list = useInfiniteQuery(postureQuery(fleet.id, { state, q: q || undefined }));
  const first = list.data?.pages[0];
  const answer = first && first.devices > 0 ? statementText(first.counts.proved, first.devices) : "Zero inbound";
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="Proved: a device reported in the last 24 hours, and every report of that time says that nothing on it can be reached from outside. It is the device's own account."
        actions={
          <>
            <Button component={Link} href="/posture/compliance">
              Compliance evidence
            </Button>
            <StatementMenu fleetId={fleet.id} />
          </>
        }
      />
      <Loaded query={list} what="posture">
        {({ pages: [page] }) =>
          page && page.devices > 0 ? <Summary list={page} narrowed={q} onWhole={() => void set({ q: null })} /> : <Nobody narrowed={q} />
        }
      </Loaded>
      {first && first.devices > 0 ? (
        <>
          <FilterChips
            legend="Show"
            chosen={state}
            onToggle={(key) => void set({ state: PROOF_STATES.filter((one) => (one === key) !== state.includes(one)) })}
            chips={PROOF_STATES.map((one) => ({ key: one, label: <StateMark {...PROOF_MARKS[one]} />, count: first.counts[one] }))}
          />
          <Rows pages={list.data?.pages ?? []} />
          <ShowMore list={list} />
        </>
      ) : null}
      <PlatformPanel />
      <AllowListPanel />
    </div>
  );
}

function Summary({ list, narrowed, onWhole }: { list: PostureList; narrowed: string; onWhole: () => void }) {
  return (
    <Panel
      title={narrowed === "" ? "The whole fleet" : "Of a part of the fleet"}
      aside={narrowed === "" ? undefined : <code>{narrowed}</code>}
      end={
        narrowed === "" ? undefined : (
          <button type="button" className={classes.clear} onClick={onWhole}>
            The whole fleet <Icon name="close" size={10} />
          </button>
        )
      }
      footer={
        list.violating > 0 ? (
          <span className={classes.told}>
            {list.violating.toLocaleString("en")} {list.violating === 1 ? "device does" : "devices do"} what {list.violating === 1 ? "its" : "their"} profile
            does not allow. <Link href="/alerts/rules">Be told by an alert rule</Link>
          </span>
        ) : undefined
      }
    >
      <ShareBar
        shares={PROOF_STATES.toReversed().map((state) => ({ key: state, label: PROOF_MARKS[state].word, count: list.counts[state], tone: PROOF_TONES[state] }))}
      />
    </Panel>
  );
}

function Rows({ pages }: { pages: readonly PostureList[] }) {
  const rows = pages.flatMap(({ items }) => items);
  const total = pages[0]?.total ?? 0;
  return (
    <Panel
      title="Devices"
      aside="the most urgent first"
      flush
      footer={total > 0 ? `${rows.length.toLocaleString("en")} of ${total.toLocaleString("en")} shown` : undefined}
    >
      {rows.length > 0 ? (
        <PostureTable rows={rows} />
      ) : (
        <EmptyState title="No device is in these states">Choose others above; each says how many it would show.</EmptyState>
      )}
    </Panel>
  );
}

function Nobody({ narrowed }: { narrowed: string }) {
  if (narrowed !== "")
    return (
      <EmptyState framed title="No device matches this query" actions={<Link href="/posture">The whole fleet</Link>}>
        <code>{narrowed}</code>
      </EmptyState>
    );
  return (
    <EmptyState framed title="No devices yet" actions={<Link href="/devices?add=1">Add a device</Link>}>
      Our agent reports what listens on its host every five minutes; other clients may publish the same report.
    </EmptyState>
  );
}
