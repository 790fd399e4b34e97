"use client";

import { Button } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import classes from "./form.module.css";
import { Note } from "./note";

interface FormFrameProps {
  children: ReactNode;
  submitLabel: string;
  busy: boolean;
  /** Something is missing that no field says. */
  disabled?: boolean;
  /** What it does is not taken back easily. */
  danger?: boolean;
  /** An error that belongs to no single field. What was typed stays. */
  error?: { message: string; hint?: string | undefined } | null;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  onCancel?: () => void;
}

/** Fields in a column, one primary button at the end. */
export function FormFrame({ children, submitLabel, busy, disabled, danger, error, onSubmit, onCancel }: FormFrameProps) {
  return (
    <form className={classes.form} onSubmit={onSubmit} noValidate>
      {children}
      {error ? (
        <Note tone="bad" mark="failed" role="alert">
          {error.message} {error.hint}
        </Note>
      ) : null}
      <div className={classes.actions}>
        {onCancel ? (
          <Button onClick={onCancel} disabled={busy}>
            Cancel
          </Button>
        ) : null}
        <Button type="submit" variant="filled" data-tone={danger ? "danger" : undefined} disabled={disabled} loading={busy}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

/** Fields side by side where there is room. */
export function FieldPair({ children }: { children: ReactNode }) {
  return <div className={classes.pair}>{children}</div>;
}
