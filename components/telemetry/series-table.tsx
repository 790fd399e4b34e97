"use client";

import { useState } from "react";
import { formatValue } from "@/components/charts/format-value";
import { type SeriesColumns, tableRows } from "@/components/charts/series-columns";
import { formatAbsolute, type Zone } from "@/components/ui/time/format-time";
import classes from "./metric-chart.module.css";

const ROWS = 60;

/** The picture's figures, for screen readers and for whoever wants to copy them. Built only when opened. */
export function SeriesTable({ columns, metric, unit, zone }: { columns: SeriesColumns; metric: string; unit: string | null; zone: Zone }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={classes.table} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Figures <span className="visually-hidden">of {metric}</span> as a table
      </summary>
      {open ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
        <section className={classes.scroll} tabIndex={0} aria-label={`Figures of ${metric}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">From</th>
                <th scope="col">Lowest</th>
                <th scope="col">Mean</th>
                <th scope="col">Highest</th>
              </tr>
            </thead>
            <tbody>
              {tableRows(columns, ROWS)
                .reverse()
                .map((row) => (
                  <tr key={row.time}>
                    <td>{formatAbsolute(row.time, zone)}</td>
                    <td>{formatValue(row.min, unit)}</td>
                    <td>{formatValue(row.mean, unit)}</td>
                    <td>{formatValue(row.max, unit)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </details>
  );
}
