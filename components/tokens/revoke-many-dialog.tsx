"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import formClasses from "@/components/ui/form.module.css";
import { Receipt } from "./revoke-dialog";
import { RevokeForm } from "./revoke-form";
import { TokenQueryBox } from "./token-query-box";

/** Takes back whatever a query matches, counted before. */
export function RevokeManyDialog({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [revocationId, setRevocationId] = useState<string>();
  if (revocationId !== undefined)
    return (
      <Dialog onClose={onClose} title="Revocation receipt" closeOnClickOutside={false}>
        <Receipt revocationId={revocationId} onClose={onClose} />
      </Dialog>
    );
  return (
    <Dialog onClose={onClose} title="Revoke many tokens" closeOnClickOutside={false}>
      <div className={formClasses.form}>
        <p>
          Which tokens? Ask as in the list, for example <code>site:"Berlin 3" label:contractor*</code>. They are counted as you type; nothing is revoked before
          you have seen how many they are.
        </p>
        <TokenQueryBox value={query} onCommit={setQuery} />
        {query === "" ? (
          <div className={formClasses.actions}>
            <Button onClick={onClose}>Cancel</Button>
          </div>
        ) : (
          <RevokeForm key={query} selector={{ query }} onRevoked={setRevocationId} onCancel={onClose} />
        )}
        <p>
          What was revoked before stands under <Link href="/tokens/revocations">Revocations</Link>.
        </p>
      </div>
    </Dialog>
  );
}
