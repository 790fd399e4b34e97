"use client";

import { Button } from "@mantine/core";
import type { DraftRow } from "@/lib/domain/tokens/grant-draft";
import classes from "./grant-page.module.css";
import { GrantRow } from "./grant-row";

interface GrantRowsProps {
  rows: readonly DraftRow[];
  onAdd: (kind: DraftRow["kind"]) => void;
  onChange: (id: number, changes: Partial<DraftRow>) => void;
  onRemove: (id: number) => void;
}

/** What the token may do, line by line. */
export function GrantRows({ rows, onAdd, onChange, onRemove }: GrantRowsProps) {
  return (
    <fieldset className={classes.section}>
      <legend className={classes.title}>
        <span>2</span> May do <small>the query language of the device list; a query is answered when the token is granted</small>
      </legend>
      <div className={classes.rows}>
        {rows.length === 0 ? <p className={classes.none}>No row: the token may do nothing.</p> : null}
        {rows.map((row, index) => (
          <GrantRow key={row.id} row={row} number={index + 1} onChange={(changes) => onChange(row.id, changes)} onRemove={() => onRemove(row.id)} />
        ))}
        <div className={classes.add}>
          <Button size="xs" onClick={() => onAdd("branch")}>
            Add a row
          </Button>
          <Button size="xs" onClick={() => onAdd("topic")}>
            Add a topic filter
          </Button>
        </div>
      </div>
    </fieldset>
  );
}
