"use client";

import { Checkbox } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Dialog } from "@/components/ui/dialog";
import { FormFrame } from "@/components/ui/form-frame";
import { Time } from "@/components/ui/time/time";
import { rotateSigningKey } from "@/lib/client/commands/signing-keys";
import { useSession } from "@/lib/client/session";
import type { SigningKeyView } from "@/lib/domain/tokens/signing-key-view";
import { JWKS_MAX_AGE_SECONDS, PUBLISH_AHEAD_MINUTES } from "@/lib/domain/tokens/signing-keys";
import classes from "./rotation-plan.module.css";

const CACHED = `${JWKS_MAX_AGE_SECONDS / 60} minutes`;

/** A new key; or, where one is upcoming already, not waiting for its turn. */
export function RotateSigningKeyDialog({ next, onClose }: { next: SigningKeyView | undefined; onClose: () => void }) {
  return next ? <BringForward next={next} onClose={onClose} /> : <NewKey onClose={onClose} />;
}

function useRotate(onClose: () => void) {
  const { fleet } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (now: boolean) => rotateSigningKey(fleet.id, { now }),
    onSuccess: async () => {
      // First: what the list tells then is no reason to open the other dialog.
      onClose();
      await client.invalidateQueries({ queryKey: [fleet.id, "signing-keys"] });
    },
  });
}

/** Says what happens and when. */
function NewKey({ onClose }: { onClose: () => void }) {
  const [now, setNow] = useState(false);
  const rotate = useRotate(onClose);
  return (
    <Dialog onClose={onClose} title="Rotate the signing key" closeOnClickOutside={!rotate.isPending}>
      <FormFrame
        submitLabel={now ? "Rotate, and sign at once" : "Rotate"}
        busy={rotate.isPending}
        error={rotate.error}
        onSubmit={(event) => {
          event.preventDefault();
          rotate.mutate(now);
        }}
        onCancel={onClose}
      >
        <dl className={classes.plan}>
          <dt>Now</dt>
          <dd>{now ? "A new key is made, and signs at once." : "A new key is made and published. It signs nothing yet."}</dd>
          {now ? null : (
            <>
              <dt>In {PUBLISH_AHEAD_MINUTES.usual} minutes</dt>
              <dd>It begins to sign. Public keys are cached for {CACHED} at most: everybody has it by then.</dd>
            </>
          )}
          <dt>After that</dt>
          <dd>What the present key signed is accepted as before. No session ends, no token stops working.</dd>
          <dt>In the end</dt>
          <dd>The old key retires by itself when no token of it holds any more, or when you retire it.</dd>
        </dl>
        <Checkbox
          checked={now}
          onChange={(event) => setNow(event.currentTarget.checked)}
          label="In an emergency: sign at once"
          description={`When others may know the present key. Brokers that cache our public keys may refuse new tokens for up to ${CACHED}.`}
        />
      </FormFrame>
    </Dialog>
  );
}

function BringForward({ next: { kid, signsFrom }, onClose }: { next: SigningKeyView; onClose: () => void }) {
  const rotate = useRotate(onClose);
  return (
    <ConfirmDialog
      title="Sign with the upcoming key at once?"
      confirmLabel="Sign with it now"
      busy={rotate.isPending}
      error={rotate.error}
      onConfirm={() => rotate.mutate(true)}
      onClose={onClose}
    >
      <p>
        <code>{kid}</code> signs from <Time at={signsFrom} form="clock" focusable /> on. Not to wait is for a present key that others may know: brokers that
        cached our public keys before this one was made may refuse new tokens for up to {CACHED}.
      </p>
    </ConfirmDialog>
  );
}
