"use client";

import { TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { Note } from "@/components/ui/note";
import { prepareSealing } from "@/lib/client/sealed/unlock";
import { useSession } from "@/lib/client/session";
import { PassphraseForm } from "./passphrase-form";
import classes from "./sealed.module.css";

type Prepared = Awaited<ReturnType<typeof prepareSealing>>;

/** Passphrase, then the recovery key, shown once; only then is anything sent. */
export function SetUpDialog({ version, onClose }: { version: number; onClose: () => void }) {
  const { fleet, user } = useSession();
  const client = useQueryClient();
  const [prepared, setPrepared] = useState<Prepared>();
  const prepare = useMutation({
    mutationFn: (passphrase: string) => prepareSealing({ fleet: fleet.id, user: user.id }, passphrase, version),
    onSuccess: setPrepared,
  });
  const seal = useMutation({
    mutationFn: (ready: Prepared) => ready.send(),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id] });
      onClose();
    },
  });
  const busy = prepare.isPending || seal.isPending;
  return (
    <Dialog
      onClose={onClose}
      title={prepared ? "The recovery key, shown once" : `Seal ${fleet.name}`}
      closeOnClickOutside={false}
      closeOnEscape={prepared === undefined && !busy}
      withCloseButton={!busy}
    >
      {prepared ? (
        <RecoveryStep code={prepared.recoveryCode} busy={seal.isPending} error={seal.error} onConfirmed={() => seal.mutate(prepared)} onCancel={onClose} />
      ) : (
        <>
          <p>Root key and fleet key are made in this browser now. Your passphrase closes your copy of them.</p>
          <PassphraseForm
            submitLabel="Make the keys"
            busy={busy}
            error={prepare.error}
            onPassphrase={(passphrase) => prepare.mutate(passphrase)}
            onCancel={onClose}
          />
        </>
      )}
    </Dialog>
  );
}

function RecoveryStep({ code, ...step }: { code: string; busy: boolean; error: Error | null; onConfirmed: () => void; onCancel: () => void }) {
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const last = code.slice(-4);
  const matches = typed.trim().toUpperCase() === last;
  return (
    <FormFrame
      submitLabel="Seal the fleet"
      busy={step.busy}
      error={step.error}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (matches) step.onConfirmed();
      }}
      onCancel={step.onCancel}
    >
      <Note tone="warn" mark="tamper">
        Write it down and keep it apart from passphrases. Who has it, and an admin's sign-in, reads and signs everything. Without it and without any passphrase
        the data is lost.
      </Note>
      <div className={classes.code} data-testid="recovery-key">
        {code}
      </div>
      <CopyButton value={code} name="the recovery key" />
      <TextInput
        label="Its last four letters, from where you wrote it"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={tried && !matches ? "Not the last four letters." : null}
        data-autofocus
      />
    </FormFrame>
  );
}
