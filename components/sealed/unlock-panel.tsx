"use client";

import { Checkbox, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect, useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { FormFrame } from "@/components/ui/form-frame";
import { Loaded } from "@/components/ui/loaded";
import { sealedQuery, vaultQuery } from "@/lib/client/queries/sealed";
import { seenOf } from "@/lib/client/sealed/session-store";
import { unlock, unlockByRecovery } from "@/lib/client/sealed/unlock";
import { useSession } from "@/lib/client/session";
import { fingerprintOf } from "@/lib/protocol/claim";
import classes from "./sealed.module.css";

/** For readers of values in a sealed fleet: opens their keys in this tab, or says what is missing. */
export function UnlockPanel() {
  const { fleet } = useSession();
  const vault = useQuery(vaultQuery(fleet.id));
  return (
    <Loaded query={vault} what="your keys">
      {({ vault, wraps }) =>
        vault !== null && wraps.length > 0 ? (
          <div className={classes.pad}>
            <div className={classes.stack}>
              <p>
                <strong>Sealed: locked.</strong> What this fleet's devices measure is decrypted in this tab, with your passphrase. It is locked again when the
                page is loaded anew.
              </p>
              <UnlockForm />
            </div>
          </div>
        ) : (
          <EmptyState title="Sealed: you are not admitted" actions={<Link href="/keys/sealed">Keys of this sealed fleet</Link>}>
            Only operators who hold the fleet key can read what its devices measure. The server cannot, and neither can you yet.
          </EmptyState>
        )
      }
    </Loaded>
  );
}

/** By passphrase, or by the recovery key. The root key is compared once in each browser. */
export function UnlockForm({ recovery = false, onDone }: { recovery?: boolean; onDone?: () => void }) {
  const { fleet, user } = useSession();
  const client = useQueryClient();
  const sealed = useQuery(sealedQuery(fleet.id));
  const [secret, setSecret] = useState("");
  const [compared, setCompared] = useState(false);
  const [isKnown, setKnown] = useState(true);
  useEffect(() => setKnown(seenOf(fleet.id) !== undefined), [fleet.id]);
  const root = sealed.data?.sealed?.root;
  const open = useMutation({
    mutationFn: () => (recovery ? unlockByRecovery : unlock)({ fleet: fleet.id, user: user.id }, secret, compared ? root : undefined),
    onSuccess: async () => {
      setSecret("");
      await client.invalidateQueries({ queryKey: [fleet.id, "sealed"] });
      onDone?.();
    },
  });
  const field = { value: secret, onChange: (event: React.ChangeEvent<HTMLInputElement>) => setSecret(event.currentTarget.value) };
  return (
    <div className={classes.form}>
      <FormFrame
        submitLabel="Unlock"
        busy={open.isPending}
        error={open.error}
        onSubmit={(event) => {
          event.preventDefault();
          if (isKnown || compared) open.mutate();
        }}
      >
        {recovery ? (
          <TextInput label="Recovery key" description="Nine groups of four." autoComplete="off" spellCheck={false} {...field} />
        ) : (
          <PasswordInput label="Passphrase" autoComplete="current-password" {...field} />
        )}
        {isKnown || !root ? null : (
          <Checkbox
            checked={compared}
            onChange={(event) => setCompared(event.currentTarget.checked)}
            label={`An admin told me this root fingerprint: ${fingerprintOf(root)}`}
            description="Asked once in each browser: without it, a server could invent a fleet of its own."
          />
        )}
      </FormFrame>
    </div>
  );
}
