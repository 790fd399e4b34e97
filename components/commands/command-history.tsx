"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { type DataColumn, DataTable, RowActions, Sub } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { cancelCommand } from "@/lib/client/commands/commands";
import { deviceCommandsQuery } from "@/lib/client/queries/commands";
import { useSession } from "@/lib/client/session";
import { isOver } from "@/lib/domain/commands/command-state";
import type { CommandView } from "@/lib/domain/commands/command-view";
import { COMMAND_MARKS, commandSentence, valueWords } from "./command-words";
import classes from "./commands.module.css";

const COLUMNS: readonly DataColumn<CommandView>[] = [
  {
    key: "command",
    head: "Command",
    cell: ({ title, parameters }) => (
      <>
        <b>{title}</b>
        {parameters === null ? <Sub>parameters hidden</Sub> : <Sub>{valueWords(parameters)}</Sub>}
      </>
    ),
  },
  { key: "state", head: "State", tight: true, phone: "end", cell: ({ state }) => <StateMark {...COMMAND_MARKS[state]} /> },
  {
    key: "became",
    head: "What became of it",
    phone: "full",
    cell: (command) => (
      <div className={classes.answer}>
        {commandSentence(command)}
        {command.result === null ? null : <Sub>{valueWords(command.result)}</Sub>}
        {isOver(command.state) ? null : (
          <Sub>
            over <Time at={command.deadlineAt} focusable />
          </Sub>
        )}
        {command.state === "waiting" ? (
          <Sub>
            <Link href="/tokens/approvals">Approvals</Link>
          </Sub>
        ) : null}
      </div>
    ),
  },
  {
    key: "asked",
    head: "Asked",
    phone: "full",
    cell: ({ requestedBy, requestedAt, decidedBy, state }) => (
      <>
        {requestedBy}
        <Sub>
          <Time at={requestedAt} focusable />
          {decidedBy && state !== "cancelled" ? `, approved by ${decidedBy}` : ""}
        </Sub>
      </>
    ),
  },
];

/** Every command to this device: who asked, when, what it answered. */
export function CommandHistory({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const list = useInfiniteQuery(deviceCommandsQuery(fleet.id, deviceId));
  const cancel = useMutation({
    mutationFn: (id: string) => cancelCommand(fleet.id, id),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id, "commands"] }),
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const actions: DataColumn<CommandView> = {
    key: "actions",
    head: <span className="visually-hidden">Actions</span>,
    align: "end",
    tight: true,
    phone: "full",
    cell: ({ id, title, cancellable }) =>
      cancellable ? (
        <RowActions>
          <Button size="xs" aria-label={`Cancel ${title}`} disabled={cancel.isPending} onClick={() => cancel.mutate(id)}>
            Cancel
          </Button>
        </RowActions>
      ) : null,
  };
  return (
    <Panel
      title="History"
      aside="newest first"
      flush
      footer={
        list.hasNextPage ? (
          <Button size="xs" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>
            Show older ones
          </Button>
        ) : null
      }
    >
      {cancel.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {cancel.error.message}
        </Note>
      ) : null}
      <Loaded query={list} what="commands">
        {() =>
          items.length === 0 ? (
            <EmptyState title="Nothing was sent yet">What is sent to this device shows here, with its answer.</EmptyState>
          ) : (
            <DataTable caption="Commands to this device" columns={[...COLUMNS, actions]} rows={items} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
    </Panel>
  );
}
