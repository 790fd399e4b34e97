"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { vaultQuery } from "@/lib/client/queries/sealed";
import { useSealedSession } from "@/lib/client/sealed/session-store";
import { makeKeyPair } from "@/lib/client/sealed/unlock";
import { useSession } from "@/lib/client/session";
import type { VaultView } from "@/lib/domain/sealed/sealed-view";
import { PassphraseForm } from "./passphrase-form";
import classes from "./sealed.module.css";
import { UnlockForm } from "./unlock-panel";
import { useFingerprint } from "./use-fingerprint";

/** Where the reader stands: without a key pair, waiting, locked or unlocked. */
export function OwnKeyPanel() {
  const { fleet, user } = useSession();
  const vault = useQuery(vaultQuery(fleet.id));
  const session = useSealedSession(fleet.id, user.id);
  if (session) return session.operator === user.id ? null : <ByRecovery />;
  return (
    <Panel title="Your keys">
      <Loaded query={vault} what="your keys">
        {(data) => <Own vault={data} />}
      </Loaded>
    </Panel>
  );
}

function Own({ vault }: { vault: VaultView }) {
  const { can } = useSession();
  const [recovering, setRecovering] = useState(false);
  if (vault.vault !== null && vault.wraps.length > 0)
    return (
      <div className={classes.stack}>
        <p>
          {recovering
            ? "The recovery key opens everything, for an admin who has lost the passphrase."
            : "You are admitted. Your passphrase opens your keys in this tab."}
        </p>
        <UnlockForm key={String(recovering)} recovery={recovering} />
        {can("keys:rotate") ? <Button onClick={() => setRecovering(!recovering)}>{recovering ? "Use my passphrase" : "Use the recovery key"}</Button> : null}
      </div>
    );
  if (recovering)
    return (
      <div className={classes.stack}>
        <UnlockForm recovery />
      </div>
    );
  return (
    <div className={classes.stack}>
      {vault.publicKey ? <Waiting publicKey={vault.publicKey} /> : <Ask />}
      {can("keys:rotate") ? <Button onClick={() => setRecovering(true)}>Use the recovery key</Button> : null}
    </div>
  );
}

function Waiting({ publicKey }: { publicKey: NonNullable<VaultView["publicKey"]> }) {
  const fingerprint = useFingerprint(publicKey);
  const [anew, setAnew] = useState(false);
  if (anew) return <Ask />;
  return (
    <>
      <p>You have asked to be admitted. Read your fingerprint to an admin, by phone or in person; it is compared before you are let in.</p>
      <p className={classes.print}>{fingerprint}</p>
      <Button onClick={() => setAnew(true)}>Make another key pair</Button>
    </>
  );
}

function Ask() {
  const { fleet, user } = useSession();
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: (passphrase: string) => makeKeyPair({ fleet: fleet.id, user: user.id }, passphrase),
    onSuccess: () => client.invalidateQueries({ queryKey: [fleet.id, "sealed"] }),
  });
  return (
    <>
      <p>You are not admitted. Make a key pair in this browser, closed by a passphrase, and have an admin admit you.</p>
      <div className={classes.form}>
        <PassphraseForm
          submitLabel="Make my key pair and ask"
          busy={make.isPending}
          error={make.error}
          onPassphrase={(passphrase) => make.mutate(passphrase)}
        />
      </div>
    </>
  );
}

function ByRecovery() {
  return (
    <Panel title="Unlocked by the recovery key">
      <p>Remove your own lost key under Operators, lock, make a new key pair, unlock by the recovery key again, and admit yourself.</p>
    </Panel>
  );
}
