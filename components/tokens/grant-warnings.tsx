import { Note } from "@/components/ui/note";
import type { GrantWarning } from "@/lib/domain/tokens/grant-warnings";
import classes from "./grant-warnings.module.css";

/** What speaks against a grant, widest first; nothing when nothing does. */
export function GrantWarnings({ warnings }: { warnings: readonly GrantWarning[] }) {
  const wide = warnings.filter(({ level }) => level !== "note");
  const notes = warnings.filter(({ level }) => level === "note");
  return (
    <>
      {wide.length > 0 ? (
        <Note tone="warn" mark="tamper">
          <Sentences title="Wider than it needs to be?" warnings={wide} />
        </Note>
      ) : null}
      {notes.length > 0 ? (
        <Note tone="sleep" mark="info">
          <Sentences title="Look again" warnings={notes} />
        </Note>
      ) : null}
    </>
  );
}

function Sentences({ title, warnings }: { title: string; warnings: readonly GrantWarning[] }) {
  return (
    <div className={classes.sentences}>
      <strong>{title}</strong>
      <ul>
        {warnings.map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </div>
  );
}
