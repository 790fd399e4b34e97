"use client";

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { collectGrant, decideGrant } from "@/lib/client/commands/grants";
import { useSession } from "@/lib/client/session";
import { minutesInWords } from "@/lib/domain/tokens/grant-policy";
import type { GrantRequestView } from "@/lib/domain/tokens/grant-request-view";
import classes from "./approvals-page.module.css";
import { GrantWarnings } from "./grant-warnings";
import { GrantWordsList } from "./grant-words-list";

const GrantedDialog = dynamic(() => import("./granted-dialog").then((module) => module.GrantedDialog), { ssr: false });

const MARKS = {
  waiting: { state: "pending", word: "Waits" },
  approved: { state: "done", word: "Approved" },
  rejected: { state: "failed", word: "Rejected" },
  withdrawn: { state: "never_seen", word: "Withdrawn" },
  collected: { state: "online", word: "Collected" },
  over: { state: "waiting", word: "Over" },
} as const;

/** The address names this one. */
const bringIntoView = (place: HTMLElement | null) => place?.scrollIntoView({ block: "center" });

/** One grant that was asked for: what it would do, and what the reader may do about it. */
export function ApprovalCard({ request, asked }: { request: GrantRequestView; asked: boolean }) {
  const { holder, label, ttl, requestedBy, createdAt, expiresAt, state, words, reach, warnings } = request;
  const open = state === "waiting" || state === "approved";
  return (
    <div ref={asked ? bringIntoView : undefined} data-asked={asked ? "" : undefined} className={classes.place}>
      <Panel title={`${holder.name}${label ? `: ${label}` : ""}`} aside={`for ${minutesInWords(ttl)}`} end={<StateMark {...MARKS[state]} />}>
        <div className={classes.card}>
          <p className={classes.quiet}>
            {request.own ? "You" : requestedBy} asked <Time at={createdAt} focusable />
            {open ? (
              <>
                ; over <Time at={expiresAt} focusable />
              </>
            ) : null}
            . <Decision request={request} />
          </p>
          {open ? (
            <>
              <GrantWordsList words={words} />
              <p className={classes.quiet}>
                {reach.devices.toLocaleString("en")} of {reach.fleetDevices.toLocaleString("en")} devices, {reach.topicsRead.toLocaleString("en")} topics to
                read, {reach.topicsWrite.toLocaleString("en")} to write
              </p>
              <GrantWarnings warnings={warnings} />
              <Actions request={request} />
            </>
          ) : (
            <p>{words.can.join(" ")}</p>
          )}
        </div>
      </Panel>
    </div>
  );
}

function Decision({ request: { decidedBy, decidedAt, comment, state } }: { request: GrantRequestView }) {
  if (!decidedBy || !decidedAt) return null;
  return (
    <>
      {decidedBy} {state === "rejected" ? "rejected" : "approved"} it <Time at={decidedAt} focusable />
      {comment ? `: “${comment}”` : "."}
    </>
  );
}

function Actions({ request: { id, state, own, decidable, holder } }: { request: GrantRequestView }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const [comment, setComment] = useState("");
  const refresh = () => client.invalidateQueries({ queryKey: [fleet.id, "tokens"] });
  const decide = useMutation({ mutationFn: (act: "approve" | "reject" | "withdraw") => decideGrant(fleet.id, id, act, comment), onSettled: refresh });
  const collect = useMutation({ mutationFn: () => collectGrant(fleet.id, id) });
  const error = decide.error ?? collect.error;
  const close = () => {
    collect.reset();
    void refresh();
  };
  if (!can("tokens:grant")) return null;
  return (
    <>
      {error ? (
        <Note tone="bad" mark="failed" role="alert">
          {error.message}
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
            <Button data-tone="danger" disabled={decide.isPending} onClick={() => decide.mutate("reject")} aria-label={`Reject the grant for ${holder.name}`}>
              Reject
            </Button>
            <Button variant="filled" loading={decide.isPending} onClick={() => decide.mutate("approve")} aria-label={`Approve the grant for ${holder.name}`}>
              Approve
            </Button>
          </>
        ) : null}
        {own ? (
          <Button
            disabled={decide.isPending || collect.isPending}
            onClick={() => decide.mutate("withdraw")}
            aria-label={`Withdraw the grant for ${holder.name}`}
          >
            Withdraw
          </Button>
        ) : null}
        {own && state === "approved" ? (
          <Button variant="filled" loading={collect.isPending} onClick={() => collect.mutate()}>
            Create token, show secret once
          </Button>
        ) : null}
      </div>
      {state === "waiting" && !decidable ? (
        <p className={classes.quiet}>{own ? "Another admin has to decide." : "Only a signed-in admin who did not ask for it decides."}</p>
      ) : null}
      {collect.data ? <GrantedDialog answer={collect.data} request={{}} onClose={close} /> : null}
    </>
  );
}
