"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { StateName } from "@/components/ui/state-shapes";
import { Timeline } from "@/components/ui/timeline";
import { stateChangesQuery } from "@/lib/client/queries/device-state";
import { useSession } from "@/lib/client/session";
import type { StateChangeView } from "@/lib/domain/device-state/state-view";
import classes from "./device-state.module.css";
import { changeWords, sideWords } from "./state-words";

/** Who changed what, and when the device followed. Nothing at all while nothing was changed. */
export function StateHistory({ deviceId }: { deviceId: string }) {
  const { fleet } = useSession();
  const changes = useInfiniteQuery(stateChangesQuery(fleet.id, deviceId));
  const lines = changes.data?.pages.flatMap(({ items }) => items) ?? [];
  if (lines.length === 0) return null;
  return (
    <div className={classes.history}>
      <h3>History</h3>
      <Timeline
        label="Changes of its state"
        items={lines.map((line) => ({ id: line.id, at: line.at, state: markOf(line), text: <Changes line={line} />, sub: subOf(line) }))}
      />
      {changes.hasNextPage ? (
        <Button size="xs" mt="sm" loading={changes.isFetchingNextPage} onClick={() => void changes.fetchNextPage()}>
          Earlier changes
        </Button>
      ) : null}
    </div>
  );
}

function Changes({ line: { changes } }: { line: StateChangeView }) {
  return (
    <ul className={classes.changes}>
      {changes.map((change) => (
        <li key={`${change.path} ${change.error ?? ""}`}>{changeWords(change)}</li>
      ))}
    </ul>
  );
}

function markOf({ side, changes }: StateChangeView): StateName {
  if (changes.some(({ error }) => error !== undefined)) return "failed";
  return side === "reported" ? "done" : "info";
}

const subOf = (line: StateChangeView) => `${sideWords(line)}${line.side === "reported" ? "" : `, version ${line.version}`}`;
