"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Panel } from "@/components/ui/panel";
import { Time } from "@/components/ui/time/time";
import { endUserSession } from "@/lib/client/commands/api-keys";
import { userSessionsQuery } from "@/lib/client/queries/members";
import type { UserSessionView } from "@/lib/domain/members/user-session-view";
import { browserWords } from "./browser-words";

/** Where you are signed in. Ending one takes effect with its next request. */
export function SessionsPanel() {
  const client = useQueryClient();
  const sessions = useQuery(userSessionsQuery());
  const end = useMutation({ mutationFn: endUserSession, onSettled: () => client.invalidateQueries({ queryKey: userSessionsQuery().queryKey }) });
  const columns: DataColumn<UserSessionView>[] = [
    {
      key: "browser",
      head: "Browser",
      cell: ({ userAgent, address, current }) => (
        <>
          {browserWords(userAgent)}
          {current ? " (this one)" : ""}
          <Sub>{address}</Sub>
        </>
      ),
    },
    { key: "since", head: "Signed in", tight: true, phone: "full", label: "signed in", cell: ({ createdAt }) => <Time at={createdAt} focusable /> },
    { key: "used", head: "Last used", tight: true, phone: "end", cell: ({ lastUsedAt }) => <Time at={lastUsedAt} focusable /> },
    {
      key: "end",
      head: <span className="visually-hidden">End</span>,
      align: "end",
      tight: true,
      phone: "full",
      cell: ({ id, current, userAgent }) =>
        current ? null : (
          <Button
            size="xs"
            onClick={() => end.mutate(id)}
            loading={end.isPending && end.variables === id}
            aria-label={`End the session of ${browserWords(userAgent)}`}
          >
            End
          </Button>
        ),
    },
  ];
  return (
    <Panel title="Your sessions" flush>
      <Loaded query={sessions} what="your sessions" loading={<LoadingRows rows={2} />}>
        {({ items }) => <DataTable caption="Your sessions" columns={columns} rows={items} rowKey={({ id }) => id} />}
      </Loaded>
    </Panel>
  );
}
