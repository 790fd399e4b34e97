"use client";

import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Dialog } from "./dialog";
import classes from "./form.module.css";
import { Note } from "./note";

interface ConfirmDialogProps {
  /** Names the object and the number of things that change. */
  title: string;
  children: ReactNode;
  confirmLabel: string;
  /** The upper rung of the risk ladder: this text must be typed first. */
  typeToConfirm?: string;
  danger?: boolean;
  busy?: boolean;
  error?: { message: string } | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** Recoverable: a plain confirmation. Destructive or fleet-wide: the name has to be typed. */
export function ConfirmDialog({ title, children, confirmLabel, typeToConfirm, danger, busy, error, onConfirm, onClose }: ConfirmDialogProps) {
  const [typed, setTyped] = useState("");
  const ready = typeToConfirm === undefined || typed.trim() === typeToConfirm;
  return (
    <Dialog onClose={onClose} title={title} closeOnClickOutside={!busy}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onConfirm();
        }}
      >
        <div>{children}</div>
        {typeToConfirm === undefined ? null : (
          <TextInput
            label={`Type ${typeToConfirm} to confirm`}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        {error ? (
          <Note tone="bad" mark="failed" role="alert">
            {error.message}
          </Note>
        ) : null}
        <div className={classes.actions}>
          <Button onClick={onClose} disabled={busy}>
            Cancel
          </Button>
          <Button type="submit" variant="filled" data-tone={danger ? "danger" : undefined} disabled={!ready} loading={busy}>
            {confirmLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
