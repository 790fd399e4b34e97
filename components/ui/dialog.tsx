"use client";

import { Modal, type ModalProps } from "@mantine/core";
import { useFocusBack } from "./use-focus-back";

/** A dialog that is open while it is mounted. */
export function Dialog(props: Omit<ModalProps, "opened" | "returnFocus">) {
  useFocusBack();
  return <Modal {...props} opened returnFocus={false} />;
}
