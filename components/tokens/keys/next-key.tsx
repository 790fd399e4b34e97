"use client";

import { Button } from "@mantine/core";
import { Note } from "@/components/ui/note";
import { useNowAs } from "@/components/ui/time/now";
import { Time } from "@/components/ui/time/time";
import type { SigningKeyView } from "@/lib/domain/tokens/signing-key-view";
import { countdown } from "./signing-key-words";

interface NextKeyProps {
  next: SigningKeyView;
  /** By how many milliseconds the server's clock is before this browser's. */
  ahead: number;
  /** For who may rotate: not waiting for its turn. */
  onBringForward: (() => void) | undefined;
}

/** Counts down to the next key's turn. */
export function NextKey({ next, ahead, onBringForward }: NextKeyProps) {
  const left = useNowAs((now) => (now === 0 ? "" : countdown(Date.parse(next.signsFrom) - (now + ahead))));
  return (
    <Note
      tone="sleep"
      mark="waiting"
      action={
        onBringForward ? (
          <Button size="compact-sm" onClick={onBringForward}>
            Sign at once…
          </Button>
        ) : undefined
      }
    >
      <strong>
        <code>{next.kid}</code> signs in <span role="timer">{left}</span>
      </strong>
      , at <Time at={next.signsFrom} form="clock" focusable />. It is published already, so that whoever caches our public keys has it by then. Nothing is
      interrupted: the present key signs until then, and what it signed is accepted on.
    </Note>
  );
}
