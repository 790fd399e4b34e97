"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import formClasses from "@/components/ui/form.module.css";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { revocationQuery } from "@/lib/client/queries/revocations";
import { useSession } from "@/lib/client/session";
import type { RevocationSelector } from "@/lib/domain/tokens/revocation-view";
import { ReceiptCard } from "./receipt-card";
import { RevokeForm } from "./revoke-form";

interface RevokeDialogProps {
  selector: RevocationSelector;
  /** What is revoked: `“spare” of Pump 7`. */
  what: string;
  /** To be typed when it is more than one token. Without it, the count is. */
  name?: string;
  onClose: () => void;
}

/** Takes tokens back, wherever that is offered: counted first, then the receipt fills in. */
export function RevokeDialog({ selector, what, name, onClose }: RevokeDialogProps) {
  const [revocationId, setRevocationId] = useState<string>();
  return (
    <Dialog onClose={onClose} title={revocationId === undefined ? `Revoke ${what}?` : "Revocation receipt"} closeOnClickOutside={false}>
      {revocationId === undefined ? (
        <RevokeForm selector={selector} name={name} onRevoked={setRevocationId} onCancel={onClose} />
      ) : (
        <Receipt revocationId={revocationId} onClose={onClose} />
      )}
    </Dialog>
  );
}

/** So many sessions fit into a dialog. */
const MOST = 8;

export function Receipt({ revocationId, onClose }: { revocationId: string; onClose: () => void }) {
  const { fleet } = useSession();
  const revocation = useQuery(revocationQuery(fleet.id, revocationId));
  return (
    <div className={formClasses.form}>
      <Loaded query={revocation} what="revocations" loading={<LoadingRows rows={3} />}>
        {(data) => <ReceiptCard revocation={data} most={MOST} />}
      </Loaded>
      <div className={formClasses.actions}>
        <Button component={Link} href={`/tokens/revocations/${revocationId}`}>
          Open its page
        </Button>
        <Button variant="filled" onClick={onClose} data-autofocus>
          Close
        </Button>
      </div>
    </div>
  );
}
