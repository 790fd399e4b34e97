"use client";

import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { copyText } from "./copy-text";
import { Icon } from "./icon";

/** Copies `value`; says so in its own label, which screen readers are told too. */
export function CopyButton({ value, label = "Copy", name, onCopied }: { value: string; label?: string; name?: string; onCopied?: () => void }) {
  const [state, setState] = useState<"idle" | "done" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    const done = await copyText(value);
    setState(done ? "done" : "failed");
    if (done) onCopied?.();
  };
  return (
    <Button
      size="xs"
      leftSection={<Icon name={state === "done" ? "check" : "copy"} size={12} />}
      onClick={copy}
      aria-label={name ? `${label}: ${name}` : undefined}
    >
      <span aria-live="polite">{state === "done" ? "Copied" : state === "failed" ? "Select and copy" : label}</span>
    </Button>
  );
}
