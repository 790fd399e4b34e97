"use client";

import { Button, TextInput } from "@mantine/core";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import formClasses from "@/components/ui/form.module.css";
import { Receipt } from "./revoke-dialog";
import { RevokeForm } from "./revoke-form";

/** Takes back whatever a query matches, counted before. */
export function RevokeManyDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [query, setQuery] = useState("");
  const [revocationId, setRevocationId] = useState<string>();
  const count = (event: FormEvent) => {
    event.preventDefault();
    setQuery(text.trim());
  };
  if (revocationId !== undefined)
    return (
      <Dialog onClose={onClose} title="Revocation receipt" closeOnClickOutside={false}>
        <Receipt revocationId={revocationId} onClose={onClose} />
      </Dialog>
    );
  const counted = query !== "" && query === text.trim();
  return (
    <Dialog onClose={onClose} title="Revoke many tokens" closeOnClickOutside={false}>
      <div className={formClasses.form}>
        <form className={formClasses.form} onSubmit={count}>
          <TextInput
            label="Which tokens"
            description="A query, as in the lists. Nothing is revoked before you have seen how many it meets."
            placeholder='site:"Berlin 3" label:contractor* state:live'
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            spellCheck={false}
            autoComplete="off"
            maxLength={500}
            data-autofocus
          />
          {counted ? null : (
            <div className={formClasses.actions}>
              <Button onClick={onClose}>Cancel</Button>
              <Button type="submit" variant="filled" disabled={text.trim() === ""}>
                Count
              </Button>
            </div>
          )}
        </form>
        {counted ? <RevokeForm key={query} selector={{ query }} onRevoked={setRevocationId} onCancel={onClose} /> : null}
        <p>
          What was revoked before stands under <Link href="/tokens/revocations">Revocations</Link>.
        </p>
      </div>
    </Dialog>
  );
}
