"use client";

import { Button } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { CopyButton } from "@/components/ui/copy-button";
import { KeyValue } from "@/components/ui/key-value";
import { Panel } from "@/components/ui/panel";
import { Time } from "@/components/ui/time/time";
import { fetchSealedDevices } from "@/lib/client/commands/sealed";
import { useSession } from "@/lib/client/session";
import type { SealedView } from "@/lib/domain/sealed/sealed-view";
import type { SealedSession } from "@/lib/domain/sealed/session";
import { fingerprintOf } from "@/lib/protocol/claim";
import classes from "./sealed.module.css";
import { useAct } from "./use-act";

/** What is compared and named to devices; and the fleet key's rotation. */
export function RootPanel({ view, session }: { view: SealedView; session: SealedSession | undefined }) {
  const { sealed, statements } = view;
  const [rotating, setRotating] = useState(false);
  if (!sealed) return null;
  return (
    <Panel
      title="Fleet root key"
      aside={session ? "verified in this tab" : "as the server says; unlock to verify"}
      end={
        session?.root ? (
          <Button size="xs" onClick={() => setRotating(true)}>
            Rotate the fleet key
          </Button>
        ) : null
      }
    >
      <div className={classes.stack}>
        <KeyValue
          rows={[
            [
              "Fingerprint",
              <span key="f" className={classes.print}>
                {fingerprintOf(sealed.root)}
              </span>,
            ],
            [
              "For devices",
              <span key="d" className={classes.print}>
                --fleet-root={sealed.root}
              </span>,
            ],
            ["Statements", `${statements.length} signed`],
            ["Fleet key", session ? `version ${session.chain.version}` : "locked"],
            [
              "Sealed",
              <span key="s">
                <Time at={sealed.openedAt} focusable /> by {sealed.openedBy}. History from before is readable by the server.
              </span>,
            ],
          ]}
        />
        <CopyButton value={`--fleet-root=${sealed.root}`} label="Copy for devices" name="the root key's thumbprint" />
      </div>
      {rotating ? <RotateDialog onClose={() => setRotating(false)} /> : null}
    </Panel>
  );
}

function RotateDialog({ onClose }: { onClose: () => void }) {
  const { fleet } = useSession();
  const act = useAct(onClose);
  return (
    <ConfirmDialog
      title="Rotate the fleet key?"
      confirmLabel="Make a new fleet key"
      busy={act.isPending}
      error={act.error}
      onConfirm={() => act.mutate(async (session, { rotateFleetKey }, at) => rotateFleetKey(session, await fetchSealedDevices(fleet.id), at))}
      onClose={onClose}
    >
      <p>
        It is made here, and every operator and signed device gets its part of it at once. Devices that are away get it when they return; their old key stays
        good until then.
      </p>
    </ConfirmDialog>
  );
}
