"use client";

import type { ReactNode } from "react";
import classes from "./filter-chips.module.css";

export interface FilterChip {
  key: string;
  label: ReactNode;
  count?: number | undefined;
}

/** Facets above a list: each says how many it would show. Several hold as "or". */
export function FilterChips({
  legend,
  chips,
  chosen,
  onToggle,
}: {
  legend: string;
  chips: readonly FilterChip[];
  chosen: readonly string[];
  onToggle: (key: string) => void;
}) {
  return (
    <fieldset className={classes.chips}>
      <legend className="visually-hidden">{legend}</legend>
      <span className={classes.label} aria-hidden="true">
        {legend}
      </span>
      {chips.map(({ key, label, count }) => (
        <button
          key={key}
          type="button"
          className={classes.chip}
          aria-pressed={chosen.includes(key)}
          data-zero={count === 0 ? "" : undefined}
          onClick={() => onToggle(key)}
        >
          {label}
          {count === undefined ? null : <span className={classes.count}>{count.toLocaleString("en")}</span>}
        </button>
      ))}
    </fieldset>
  );
}
