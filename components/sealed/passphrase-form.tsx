"use client";

import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import { FormFrame } from "@/components/ui/form-frame";

const SHORTEST = 12;

interface PassphraseFormProps {
  submitLabel: string;
  busy: boolean;
  error: Error | null;
  onPassphrase: (passphrase: string) => void;
  onCancel?: () => void;
}

/** A new passphrase, twice. It never leaves the browser, so nobody can reset it. */
export function PassphraseForm({ submitLabel, busy, error, onPassphrase, onCancel }: PassphraseFormProps) {
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const [tried, setTried] = useState(false);
  const tooShort = first.length < SHORTEST ? `At least ${SHORTEST} characters.` : null;
  const differs = first === second ? null : "Not the same.";
  return (
    <FormFrame
      submitLabel={submitLabel}
      busy={busy}
      error={error}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!tooShort && !differs) onPassphrase(first);
      }}
      {...(onCancel && { onCancel })}
    >
      <PasswordInput
        label="Passphrase"
        description="It stays in this browser. Nobody can tell you or reset it."
        autoComplete="new-password"
        value={first}
        onChange={(event) => setFirst(event.currentTarget.value)}
        error={tried ? tooShort : null}
        data-autofocus
      />
      <PasswordInput
        label="The same again"
        autoComplete="new-password"
        value={second}
        onChange={(event) => setSecond(event.currentTarget.value)}
        error={tried ? differs : null}
      />
    </FormFrame>
  );
}
