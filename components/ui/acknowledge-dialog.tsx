"use client";

import { Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Dialog } from "./dialog";
import { FormFrame } from "./form-frame";

interface Props {
  title: string;
  /** What is acknowledged, and what that means. */
  children: ReactNode;
  acknowledge: (comment: string) => Promise<unknown>;
  onClose: () => void;
}

/** "I know of it", with a comment. What is acknowledged stays until it ends by itself; the others see who took it. */
export function AcknowledgeDialog({ title, children, acknowledge, onClose }: Props) {
  const [comment, setComment] = useState("");
  const sending = useMutation({ mutationFn: () => acknowledge(comment), onSuccess: onClose });
  return (
    <Dialog onClose={onClose} title={title}>
      <FormFrame
        submitLabel="Acknowledge"
        busy={sending.isPending}
        error={sending.error}
        onSubmit={(event) => {
          event.preventDefault();
          sending.mutate();
        }}
        onCancel={onClose}
      >
        <p>{children}</p>
        <Textarea
          label="Comment"
          description="Optional: what is being done."
          maxLength={500}
          autosize
          minRows={2}
          maxRows={6}
          data-autofocus
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      </FormFrame>
    </Dialog>
  );
}
