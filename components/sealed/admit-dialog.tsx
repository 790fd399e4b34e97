"use client";

import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import type { SealedView } from "@/lib/domain/sealed/sealed-view";
import { useAct } from "./use-act";
import { useFingerprint } from "./use-fingerprint";

const letters = (text: string) => text.replace(/\s/g, "");

/** The fingerprint is typed as the other one reads it out: a server that shows a key of its own is found out here. */
export function AdmitDialog({ operator, onClose }: { operator: SealedView["operators"][number]; onClose: () => void }) {
  const fingerprint = useFingerprint(operator.publicKey);
  const [typed, setTyped] = useState("");
  const [signs, setSigns] = useState(false);
  const [tried, setTried] = useState(false);
  const act = useAct(onClose);
  const begin = letters(typed);
  const matches = begin.length >= 12 && letters(fingerprint).startsWith(begin);
  const { userId, publicKey, name, role } = operator;
  return (
    <Dialog onClose={onClose} title={`Admit ${name}?`} closeOnClickOutside={!act.isPending}>
      <FormFrame
        submitLabel="Admit"
        busy={act.isPending}
        error={act.error}
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (matches) act.mutate((session, { admitOperator }, at) => admitOperator(session, { operator: userId, key: publicKey, signs }, at));
        }}
        onCancel={onClose}
      >
        <p>They can read everything that this fleet's devices have sent since it was sealed. Have them read their fingerprint to you, by phone or in person.</p>
        <TextInput
          label="Fingerprint, as they read it"
          description="At least its first three groups. Capitals count."
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={tried && !matches ? "Not the key that the server shows. If they read it right, somebody has exchanged it: do not admit." : null}
          data-autofocus
        />
        {role === "admin" ? (
          <Checkbox
            checked={signs}
            onChange={(event) => setSigns(event.currentTarget.checked)}
            label="They also get the root key: admit others, sign devices, rotate"
            description="Whoever has held it cannot be made to forget it."
          />
        ) : null}
      </FormFrame>
    </Dialog>
  );
}
