"use client";

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { cancelCommand, decideCommand } from "@/lib/client/commands/commands";
import { waitingCommandsQuery } from "@/lib/client/queries/commands";
import { useSession } from "@/lib/client/session";
import type { CommandView } from "@/lib/domain/commands/command-view";
import { COMMAND_MARKS, valueWords } from "./command-words";
import classes from "./commands.module.css";

/** Dangerous commands that wait for a second admin. Nothing when none does. */
export function WaitingCommands() {
  const { fleet } = useSession();
  const waiting = useQuery(waitingCommandsQuery(fleet.id));
  return waiting.data?.items.map((command) => <WaitingCard key={command.id} command={command} />) ?? null;
}

function WaitingCard({ command }: { command: CommandView }) {
  const { id, device, title, parameters, requestedBy, requestedAt, deadlineAt, own, state } = command;
  const given = parameters === null ? "its parameters are hidden from your role" : valueWords(parameters);
  return (
    <Panel
      // Two of one kind are two landmarks: each has a name of its own.
      title={
        <>
          {title}: {device.name} <span className="visually-hidden">{id}</span>
        </>
      }
      aside="a dangerous command"
      end={<StateMark {...COMMAND_MARKS[state]} />}
    >
      <div className={classes.stack}>
        <p className={classes.quiet}>
          {own ? "You" : requestedBy} asked <Time at={requestedAt} focusable />; over <Time at={deadlineAt} focusable />.{" "}
          <Link href={`/devices/${device.id}/commands`}>Commands to this device</Link>
        </p>
        <p className={classes.answer}>
          {device.name} is sent “{title}”{given ? ` with ${given}` : ""}, and may begin at once.
        </p>
        <Decide command={command} />
      </div>
    </Panel>
  );
}

function Decide({ command: { id, title, device, own, decidable, cancellable } }: { command: CommandView }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const [comment, setComment] = useState("");
  const act = useMutation({
    mutationFn: (what: "approve" | "reject" | "cancel") => (what === "cancel" ? cancelCommand(fleet.id, id) : decideCommand(fleet.id, id, what, comment)),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id, "commands"] }),
  });
  const what = `${title} on ${device.name}`;
  return (
    <>
      {act.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {act.error.message}
        </Note>
      ) : null}
      <div className={classes.actions}>
        {decidable ? (
          <>
            <TextInput
              className={classes.comment}
              label="Comment"
              value={comment}
              maxLength={500}
              autoComplete="off"
              onChange={(event) => setComment(event.currentTarget.value)}
            />
            <Button data-tone="danger" disabled={act.isPending} onClick={() => act.mutate("reject")} aria-label={`Reject ${what}`}>
              Reject
            </Button>
            <Button variant="filled" loading={act.isPending} onClick={() => act.mutate("approve")} aria-label={`Approve ${what}`}>
              Approve
            </Button>
          </>
        ) : null}
        {own && cancellable ? (
          <Button disabled={act.isPending} onClick={() => act.mutate("cancel")} aria-label={`Withdraw ${what}`}>
            Withdraw
          </Button>
        ) : null}
      </div>
      {decidable ? null : <p className={classes.quiet}>{own ? "Another admin has to decide." : "Only a signed-in admin who did not ask for it decides."}</p>}
    </>
  );
}
