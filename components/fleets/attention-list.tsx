"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { SHAPES } from "@/components/ui/state-shapes";
import { Time } from "@/components/ui/time/time";
import classes from "./attention-list.module.css";
import type { AttentionRow } from "./attention-rows";

/** What needs a person, worst first. */
export function AttentionList({ rows }: { rows: readonly AttentionRow[] }) {
  const first = rows.findIndex(({ acknowledgedBy, href }) => acknowledgedBy === undefined && href !== undefined);
  return (
    <section className={classes.panel} aria-label="Needs attention">
      <ul>
        {rows.map((row, index) => (
          <li key={row.key} className={classes.row} data-severity={row.severity} data-kind={row.kind === "Tamper suspected" ? "tamper" : undefined}>
            <span className={classes.mark}>
              <svg viewBox="0 0 12 12" aria-hidden="true">
                {SHAPES[row.kind === "Threshold" ? "firing" : row.kind === "Tamper suspected" ? "tamper" : "offline"]}
              </svg>
            </span>
            <div>
              <span className={classes.kind}>{row.kind}</span>
              {row.href ? (
                <Link className={classes.title} href={row.href}>
                  {row.title}
                </Link>
              ) : (
                <span className={classes.title}>{row.title}</span>
              )}
              <p className={classes.detail}>{row.detail}</p>
            </div>
            <When row={row} />
            {row.href ? (
              <Button className={classes.action} component={Link} href={row.href} size="xs" variant={index === first ? "filled" : "default"}>
                {row.action}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function When({ row: { since, acknowledgedBy } }: { row: AttentionRow }) {
  if (since === null) return <span className={classes.when} />;
  return (
    <div className={classes.when}>
      <b>
        <Time at={since} form="elapsed" />
      </b>
      <Time at={since} form="since" />
      <span>{acknowledgedBy === undefined ? "unacknowledged" : `seen by ${acknowledgedBy}`}</span>
    </div>
  );
}
