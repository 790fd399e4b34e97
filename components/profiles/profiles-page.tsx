"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { parseAsString, useQueryStates } from "nuqs";
import type { ReactNode } from "react";
import { type DataColumn, DataTable, RowActions, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { formatDuration } from "@/components/ui/time/format-time";
import { PageTitle } from "@/lib/client/page-title";
import { profilesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";
import type { ProfileView } from "@/lib/domain/devices/site-view";
import { silenceLimitMs } from "@/lib/domain/presence/silence";
import { sleepLimitMs } from "@/lib/domain/presence/sleep";
import classes from "./profiles-page.module.css";

const ProfileDialog = dynamic(() => import("./profile-dialog").then((module) => module.ProfileDialog), { ssr: false });

const COLUMNS: readonly DataColumn<ProfileView>[] = [
  { key: "name", head: "Profile", cell: ({ name }) => <b>{name}</b> },
  {
    key: "devices",
    head: "Devices",
    align: "end",
    tight: true,
    phone: "end",
    label: "Devices",
    cell: ({ name, devices }) => <Link href={`/devices?q=${encodeURIComponent(`profile:"${name}"`)}`}>{devices.toLocaleString("en")}</Link>,
  },
  {
    key: "interval",
    head: "Reports every",
    phone: "full",
    label: "Reports every",
    cell: ({ reportingIntervalSeconds: seconds }) => (
      <>
        {formatDuration(seconds * 1000)}
        <Sub>silent after {formatDuration(silenceLimitMs(seconds))}</Sub>
      </>
    ),
  },
  {
    key: "sleep",
    head: "Sleeps",
    phone: "full",
    label: "Sleeps",
    cell: ({ sleepSeconds: seconds }) =>
      seconds === null ? (
        "no: a goodbye is offline"
      ) : (
        <>
          up to {formatDuration(seconds * 1000)}
          <Sub>offline when not back after {formatDuration(sleepLimitMs(seconds))}</Sub>
        </>
      ),
  },
];

/**
 * What devices of one make have in common: how often they report, and how long they sleep. `defaults`, `commands`: dialogs of other
 * nouns, opened by the address (`desired`, `commands`).
 */
export function ProfilesPage({ defaults, commands }: { defaults: ReactNode; commands: ReactNode }) {
  const { fleet, can } = useSession();
  const profiles = useQuery(profilesQuery(fleet.id));
  const [{ edit, add }, set] = useQueryStates({ edit: parseAsString, add: parseAsString, desired: parseAsString, commands: parseAsString });
  const mayWrite = can("devices:write");
  const sleepers = profiles.data?.items.filter(({ sleepSeconds }) => sleepSeconds !== null).length ?? 0;
  const answer = profiles.data
    ? `${profiles.data.items.length} ${profiles.data.items.length === 1 ? "profile" : "profiles"}, ${sleepers === 0 ? "none sleeps" : `${sleepers} with a sleep plan`}`
    : "Profiles";
  const edited = profiles.data?.items.find(({ id }) => id === edit);
  const close = () => void set({ edit: null, add: null, desired: null, commands: null });
  const columns: readonly DataColumn<ProfileView>[] = [
    ...COLUMNS,
    {
      key: "actions",
      head: <span className="visually-hidden">Actions</span>,
      align: "end",
      tight: true,
      phone: "full",
      cell: ({ id, name }) => (
        <RowActions>
          <Button size="xs" aria-label={`Commands of ${name}`} onClick={() => void set({ commands: id, edit: null, add: null })}>
            Commands
          </Button>
          {mayWrite ? (
            <>
              <Button size="xs" aria-label={`Edit ${name}`} onClick={() => void set({ edit: id, add: null })}>
                Edit
              </Button>
              <Button size="xs" aria-label={`What ${name} desires of its devices`} onClick={() => void set({ edit: null, add: null, desired: id })}>
                State
              </Button>
            </>
          ) : null}
        </RowActions>
      ),
    },
  ];
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="A device is silent when it misses its reports, and asleep after a goodbye while its sleep plan runs."
        actions={
          mayWrite ? (
            <Button variant="filled" onClick={() => void set({ add: "1", edit: null })}>
              Add a profile
            </Button>
          ) : null
        }
      />
      <Panel title="Profiles" flush footer={<Link href="/keys">Encryption by profile is under Keys</Link>}>
        <Loaded query={profiles} what="profiles">
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="No profile yet">A device needs one: it says how often a healthy device reports.</EmptyState>
            ) : (
              <DataTable caption="Profiles, how often their devices report and how long they sleep" columns={columns} rows={items} rowKey={({ id }) => id} />
            )
          }
        </Loaded>
      </Panel>
      {mayWrite && (add !== null || edited) ? <ProfileDialog key={edited?.id ?? "new"} profile={edited} onClose={close} /> : null}
      {mayWrite ? defaults : null}
      {commands}
    </div>
  );
}
