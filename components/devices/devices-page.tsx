"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useQueryState } from "nuqs";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { ExportMenu } from "@/components/ui/export-menu";
import { FilterChips } from "@/components/ui/filter-chips";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { PageHead } from "@/components/ui/page-head";
import { StateMark } from "@/components/ui/state-mark";
import { ChosenContext } from "@/lib/client/chosen-devices";
import { PageTitle } from "@/lib/client/page-title";
import { deviceListQuery } from "@/lib/client/queries/devices";
import { useSession } from "@/lib/client/session";
import { ATTENTION_ORDER } from "@/lib/domain/devices/attention";
import type { DeviceList } from "@/lib/domain/devices/device-view";
import { DeviceQueryBox } from "./device-query-box";
import { addingParser, useDeviceSearch } from "./device-search";
import { DeviceTable } from "./device-table";
import tableClasses from "./device-table.module.css";
import classes from "./devices-page.module.css";
import { listAnswer } from "./list-answer";
import { readText } from "./read-text";
import { SiteFilter } from "./site-filter";
import { useChosen } from "./use-chosen";
import { useHeldRows } from "./use-held-rows";

const AddDeviceDialog = dynamic(() => import("./add-device-dialog").then((module) => module.AddDeviceDialog), { ssr: false });

/** Which devices? `bar`: what may be done with those that are chosen; it belongs to jobs. */
export function DevicesPage({ bar }: { bar: ReactNode }) {
  const { fleet, can } = useSession();
  const [search, setSearch] = useDeviceSearch();
  const [adding, setAdding] = useQueryState("add", addingParser);
  const [text, setText] = useTyped(search.q, (q) => void setSearch({ q }));
  const asked = useMemo(() => readText(search.q), [search.q]);
  const typed = useMemo(() => readText(text), [text]);
  const list = useInfiniteQuery({
    ...deviceListQuery(fleet.id, {
      q: search.q || undefined,
      state: search.state.length > 0 ? search.state : undefined,
      siteId: search.site || undefined,
      sort: search.sort,
    }),
    enabled: asked.problem === undefined,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 3 ? false : 15_000),
  });
  const first = list.data?.pages[0];
  const filtered = search.q !== "" || search.site !== "" || search.state.length > 0;
  const states = ATTENTION_ORDER.filter((state) => search.state.includes(state) || asked.states.includes(state));
  const answer = first ? listAnswer({ total: first.total, facets: first.facets, filtered, states }) : "Devices";
  // A chip writes what one would type; the address's own `state` (of a link) goes into the text with it.
  const toggle = (state: string) => {
    const q = typed.withStates(ATTENTION_ORDER.filter((one) => (one === state) !== states.includes(one)));
    if (q !== undefined) void setSearch({ q, state: null });
  };
  const clear = () => void setSearch({ q: null, state: null, site: null });
  const chosen = useChosen({ q: search.q, states: search.state, site: search.site }, first?.total ?? 0);
  return (
    <ChosenContext value={chosen}>
      <div className={classes.page}>
        <PageTitle answer={answer} />
        <PageHead
          answer={answer}
          actions={
            <>
              {(first?.total ?? 0) > 0 ? (
                <ExportMenu
                  path="/devices/export"
                  filter={{ fleet: fleet.id, q: search.q || undefined, state: states.length > 0 ? states : undefined, siteId: search.site || undefined }}
                />
              ) : null}
              {can("devices:write") ? (
                <>
                  <Button component={Link} href="/devices/import">
                    Import
                  </Button>
                  <Button variant="filled" onClick={() => void setAdding("1")}>
                    Add a device
                  </Button>
                </>
              ) : null}
            </>
          }
        />
        <div className={classes.query}>
          <DeviceQueryBox text={text} onChange={setText} problem={typed.problem} />
          <FilterChips
            legend="State"
            chosen={states}
            onToggle={toggle}
            chips={ATTENTION_ORDER.map((state) => ({ key: state, label: <StateMark state={state} />, count: first?.facets[state] }))}
          />
          {search.site === "" ? null : <SiteFilter siteId={search.site} onClear={() => void setSearch({ site: null })} />}
        </div>
        {asked.problem === undefined ? bar : null}
        {asked.problem ? (
          <EmptyState framed title="This search cannot be read" actions={<Button onClick={clear}>Clear the search</Button>}>
            Column {asked.problem.column}: {asked.problem.message} {asked.problem.hint}
          </EmptyState>
        ) : (
          <Loaded query={list} what="devices" loading={<LoadingRows rows={12} height={50} />}>
            {({ pages }) => (
              <Rows
                pages={pages}
                searchKey={JSON.stringify(search)}
                filtered={filtered}
                sort={search.sort}
                onSort={(sort) => void setSearch({ sort })}
                onClear={clear}
                choosing={can("jobs:start")}
                more={{ has: list.hasNextPage, busy: list.isFetching, load: list.fetchNextPage }}
              />
            )}
          </Loaded>
        )}
        {adding && can("devices:write") ? <AddDeviceDialog onClose={() => void setAdding(null)} /> : null}
      </div>
    </ChosenContext>
  );
}

interface RowsProps {
  pages: readonly DeviceList[];
  searchKey: string;
  filtered: boolean;
  sort: Parameters<typeof DeviceTable>[0]["sort"];
  onSort: Parameters<typeof DeviceTable>[0]["onSort"];
  onClear: () => void;
  choosing: boolean;
  more: { has: boolean; busy: boolean; load: () => unknown };
}

function Rows({ pages, searchKey, filtered, sort, onSort, onClear, choosing, more }: RowsProps) {
  const fresh = useMemo(() => pages.flatMap(({ items }) => items), [pages]);
  const { rows, waiting, apply, hold } = useHeldRows(fresh, searchKey);
  const total = pages[0]?.total ?? 0;
  const { has, busy, load } = more;
  const onEnd = useCallback(() => {
    if (has && !busy) void load();
  }, [has, busy, load]);
  if (rows.length === 0)
    return filtered ? (
      <EmptyState framed title="No device matches" actions={<Button onClick={onClear}>Clear the search</Button>}>
        Every word has to be found in a device's name, id or site, and every condition has to hold.
      </EmptyState>
    ) : (
      <EmptyState framed title="No devices yet">
        Add the first one here, or on the command line: <code>npm run sallyport -- devices add my-first-device</code>
      </EmptyState>
    );
  return (
    <DeviceTable
      rows={rows}
      total={total}
      sort={sort}
      onSort={onSort}
      onEnd={onEnd}
      hold={hold}
      choosing={choosing}
      foot={
        <div className={tableClasses.foot}>
          <span>
            {rows.length.toLocaleString("en")} of {total.toLocaleString("en")} loaded
            {waiting > 0 ? (
              <>
                {" "}
                · order held, {waiting} {waiting === 1 ? "change waits" : "changes wait"},{" "}
                <button type="button" className={tableClasses.apply} onClick={apply}>
                  apply
                </button>
              </>
            ) : null}
          </span>
          <span className={tableClasses.keys}>
            next <kbd>j</kbd> previous <kbd>k</kbd> open <kbd>Enter</kbd>
          </span>
        </div>
      }
    />
  );
}

/** What is typed is on screen at once and in the address after a pause. A link from elsewhere replaces what was typed. */
function useTyped(value: string, commit: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const [committed, setCommitted] = useState(value);
  if (value !== committed) {
    setCommitted(value);
    if (value !== text.trim()) setText(value);
  }
  useEffect(() => {
    // What cannot be read is told below the box; the list stays what it was.
    if (text.trim() === committed || readText(text).problem) return;
    const timer = setTimeout(() => commit(text.trim()), 200);
    return () => clearTimeout(timer);
  });
  return [text, setText];
}
