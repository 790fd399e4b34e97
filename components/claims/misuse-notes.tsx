import { Note } from "@/components/ui/note";
import { Time } from "@/components/ui/time/time";
import type { ClaimDetail } from "@/lib/domain/claims/claim-view";
import classes from "./claims.module.css";

/** What suggests that this code is in the wrong hands, and what was. */
export function MisuseNotes({ claim: { misuse, state } }: { claim: ClaimDetail }) {
  const open = misuse.filter(({ endedAt }) => endedAt === null);
  const over = misuse.filter(({ endedAt }) => endedAt !== null);
  return (
    <>
      {open.length > 0 ? (
        <Note tone="bad" mark="tamper">
          <ul className={classes.misuse}>
            {open.map(({ kind, evidence, since }) => (
              <li key={kind}>
                {evidence} Found <Time at={since} focusable />.
              </li>
            ))}
          </ul>
          {state === "open"
            ? "If you do not know these devices, revoke the code and make another."
            : "It lets nobody in any more. Find out where the label is."}{" "}
          Who was turned away stands below.
        </Note>
      ) : null}
      {over.length > 0 ? (
        <Note tone="warn" mark="info">
          <ul className={classes.misuse}>
            {over.map(({ kind, evidence, since, endedAt }) => (
              <li key={`${kind} ${since}`}>
                Was: {evidence} <Time at={since} form="moment" focusable /> to {endedAt ? <Time at={endedAt} form="moment" focusable /> : null}
              </li>
            ))}
          </ul>
        </Note>
      ) : null}
    </>
  );
}
