"use client";

import { StateMark } from "@/components/ui/state-mark";
import type { StateName } from "@/components/ui/state-shapes";
import { Time } from "@/components/ui/time/time";
import type { SessionOutcome } from "@/lib/domain/tokens/receipt";
import type { RevocationView, RevokedSessionView } from "@/lib/domain/tokens/revocation-view";
import { cutWords, milliseconds, OUTCOME_WORDS, tokenCount } from "@/lib/domain/tokens/revocation-words";
import classes from "./receipt-card.module.css";

const MARKS: Record<SessionOutcome, StateName> = {
  open: "pending",
  cut: "done",
  ended: "done",
  removed: "done",
  broker_restarted: "unknown",
  not_cut: "failed",
};

/** A revocation as it is known now: it fills in while brokers confirm. Every time in it was told by the server. */
export function ReceiptCard({ revocation, most }: { revocation: RevocationView; most: number }) {
  const { actor, at, now, tokens, open, settledAt, sessions, sessionList, reconnectsRefused } = revocation;
  // The first to hear of are those that are still open.
  const shown = sessionList.slice(0, most);
  return (
    <div className={classes.card}>
      <p className={classes.answer} aria-live="polite">
        {tokenCount(tokens)} revoked by {actor.name} at <Time at={at} form="clock" focusable />. <strong>{cutWords(revocation)}.</strong>
        {open > 0 ? ` ${settledAt === null ? "Waiting for" : "Not confirmed:"} ${open}, for ${milliseconds(Date.parse(now) - Date.parse(at))} so far.` : ""}
      </p>
      {sessions > 0 || reconnectsRefused > 0 ? (
        <ul className={classes.list}>
          {shown.map((session) => (
            <SessionLine key={`${session.broker} ${session.clientId} ${session.tokenId} ${session.connectedAt}`} session={session} />
          ))}
          {sessions > shown.length ? (
            <li>
              <span>and {(sessions - shown.length).toLocaleString("en")} more: they stand in the receipt</span>
            </li>
          ) : null}
          {reconnectsRefused > 0 ? (
            <li>
              <StateMark state="done" word="Tried to come back, and was refused" />
              <span className={classes.value}>at least {reconnectsRefused.toLocaleString("en")} ×</span>
            </li>
          ) : null}
        </ul>
      ) : null}
      <Signature revocation={revocation} />
    </div>
  );
}

function SessionLine({ session }: { session: RevokedSessionView }) {
  const { outcome, clientId, subjectName, subject, broker, address } = session;
  const who = subjectName ?? subject;
  return (
    <li>
      <StateMark state={MARKS[outcome]} word={`${who} ${OUTCOME_WORDS[outcome]}`} />
      <span className={classes.value}>{session.milliseconds === null ? "" : milliseconds(session.milliseconds)}</span>
      <span className={classes.sub}>
        {broker}
        {clientId !== subject && clientId !== "" ? `, client ${clientId}` : ""}
        {address === "" ? "" : `, from ${address}`}
      </span>
    </li>
  );
}

function Signature({ revocation: { id, settledAt, receiptVersion } }: { revocation: RevocationView }) {
  if (settledAt === null) return <p className={classes.signature}>The receipt is signed when every session has ended, or after a minute.</p>;
  return (
    <p className={classes.signature}>
      Signed{receiptVersion > 1 ? `, version ${receiptVersion}` : ""}.{" "}
      <a href={`/api/v1/revocations/${encodeURIComponent(id)}/receipt`} download>
        Download receipt
      </a>
    </p>
  );
}
