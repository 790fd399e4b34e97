"use client";

import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { useSession } from "@/lib/client/session";
import type { Retired, SigningKeyView } from "@/lib/domain/tokens/signing-key-view";
import { Receipt } from "../revoke-dialog";
import { RetireForm } from "./retire-form";

/** Ends a key: counted first, then the receipt of this fleet fills in. */
export function RetireSigningKeyDialog({ signingKey, onClose }: { signingKey: SigningKeyView; onClose: () => void }) {
  const { fleet } = useSession();
  const [retired, setRetired] = useState<Retired>();
  const revocation = retired?.revocations.find(({ fleetId }) => fleetId === fleet.id);
  const title = signingKey.state === "upcoming" ? "Withdraw the upcoming key?" : `Retire ${signingKey.kid}?`;
  return (
    <Dialog onClose={onClose} title={revocation ? "Key retired: revocation receipt" : title} closeOnClickOutside={false}>
      {revocation ? (
        <Receipt revocationId={revocation.revocationId} onClose={onClose} />
      ) : (
        <RetireForm
          signingKey={signingKey}
          onCancel={onClose}
          onRetired={(done) => {
            setRetired(done);
            if (!done.revocations.some(({ fleetId }) => fleetId === fleet.id)) onClose();
          }}
        />
      )}
    </Dialog>
  );
}
