"use client";

import { Icon } from "./icon";
import classes from "./query-box.module.css";

interface QueryBoxProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (text: string) => void;
}

/** The one search of a list. `/` focuses it from anywhere on the page (the shell looks for `data-search`). */
export function QueryBox({ label, placeholder, value, onChange }: QueryBoxProps) {
  return (
    <search className={classes.box}>
      <Icon name="search" />
      <input
        className={classes.input}
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data-search=""
        spellCheck={false}
        autoComplete="off"
      />
      {value ? (
        <button type="button" className={classes.clear} aria-label="Clear search" onClick={() => onChange("")}>
          <Icon name="close" size={12} />
        </button>
      ) : (
        <kbd>/</kbd>
      )}
    </search>
  );
}
