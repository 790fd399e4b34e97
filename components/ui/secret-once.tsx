"use client";

import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { CopyButton } from "./copy-button";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import { Note } from "./note";
import { saveFile } from "./save-file";
import classes from "./secret-once.module.css";

interface SecretOnceProps {
  title: string;
  /** What it is and what it can do, in one sentence. */
  what: ReactNode;
  secret: string;
  /** Name of the file that Download writes, and its content when it is more than the secret. */
  file: { name: string; content?: string };
  /** Snippets, a QR code: whatever helps to use it right now. */
  children?: ReactNode;
  onClose: () => void;
}

/** Shows a secret that nobody can show again. Neither a click outside nor Escape closes it. */
export function SecretOnce({ title, what, secret, file, children, onClose }: SecretOnceProps) {
  return (
    <Dialog onClose={onClose} title={title} size={720} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <div className={classes.body}>
        <Note tone="warn" mark="tamper">
          Shown once. We keep only a digest of it: copy or download it now. {what}
        </Note>
        <div className={classes.secret}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard (axe: scrollable-region-focusable) */}
          <div className={classes.value} tabIndex={0} data-testid="secret">
            {secret}
          </div>
          <div className={classes.row}>
            <CopyButton value={secret} label="Copy" name="the secret" />
            <Button size="xs" leftSection={<Icon name="download" size={12} />} onClick={() => saveFile(file.name, file.content ?? secret, "text/plain")}>
              Download
            </Button>
          </div>
        </div>
        {children}
        <div className={classes.end}>
          <Button variant="filled" onClick={onClose}>
            I have saved it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
