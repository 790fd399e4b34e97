"use client";

import { Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { mergePatch, valueChanges } from "@/lib/domain/device-state/merge-patch";
import { type StateDocument, stateDocumentSchema } from "@/lib/protocol/state";
import classes from "./device-state.module.css";
import { changeWords } from "./state-words";

interface DocumentDialogProps {
  title: string;
  label: string;
  description: string;
  /** As it is when the dialog opens, with its version. */
  document: StateDocument;
  version: number;
  /** What is desired altogether with this document; the preview compares it. */
  resultOf: (document: StateDocument) => StateDocument;
  busy: boolean;
  error: { message: string; hint?: string | undefined } | null;
  onSave: (document: StateDocument, version: number) => void;
  onClose: () => void;
}

/** JSON in a text field, and what saving it would change, before it is saved. */
export function DocumentDialog({ title, label, description, document, version, resultOf, busy, error, onSave, onClose }: DocumentDialogProps) {
  const [opened] = useState(() => ({ document, version }));
  const [text, setText] = useState(() => JSON.stringify(document, null, 2));
  const read = readDocument(text);
  const changes = "document" in read ? valueChanges(resultOf(opened.document), resultOf(read.document)) : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ("document" in read) onSave(read.document, opened.version);
  };
  return (
    <Dialog title={title} onClose={onClose} closeOnClickOutside={false} size="lg">
      <FormFrame submitLabel={submitWords(changes.length)} busy={busy} error={error} onSubmit={submit} onCancel={onClose}>
        <Textarea
          className={classes.json ?? ""}
          label={label}
          description={description}
          autosize
          minRows={6}
          maxRows={16}
          spellCheck={false}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={"problem" in read ? read.problem : null}
        />
        <div className={classes.preview} aria-live="polite">
          <p className={classes.quiet}>{"problem" in read ? "What it would change shows when it can be read." : changesWords(changes.length)}</p>
          <ul className={classes.changes}>
            {changes.map((change) => (
              <li key={change.path}>
                <code>{changeWords(change)}</code>
              </li>
            ))}
          </ul>
        </div>
      </FormFrame>
    </Dialog>
  );
}

const submitWords = (changes: number) => (changes === 0 ? "Save" : `Save ${changes} ${changes === 1 ? "change" : "changes"}`);
const changesWords = (changes: number) => (changes === 0 ? "This changes nothing that is desired." : "This changes:");

/** Nulls are taken out, as the server does. */
function readDocument(text: string): { document: StateDocument } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text.trim() === "" ? "{}" : text);
  } catch (error) {
    return { problem: `Not JSON yet: ${error instanceof Error ? error.message : "cannot be read"}` };
  }
  const parsed = stateDocumentSchema.safeParse(value);
  return parsed.success ? { document: mergePatch({}, parsed.data) } : { problem: parsed.error.issues[0]?.message ?? "Not a document." };
}
