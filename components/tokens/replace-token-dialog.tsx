"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Dialog } from "@/components/ui/dialog";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Note } from "@/components/ui/note";
import { grantToken } from "@/lib/client/commands/tokens";
import { grantPreviewQuery } from "@/lib/client/queries/grants";
import { useSession } from "@/lib/client/session";
import type { GrantPreview } from "@/lib/domain/tokens/grant-answer";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import { GrantWarnings } from "./grant-warnings";
import { GrantWordsList } from "./grant-words-list";
import { GrantedDialog } from "./granted-dialog";
import classes from "./replace-token-dialog.module.css";

interface ReplaceTokenDialogProps {
  title: string;
  /** Why, and what happens to the token that is replaced. */
  children: ReactNode;
  /** With `replaces`, when it takes another token's place. */
  request: GrantRequestInput;
  onClose: () => void;
}

/** Grants what was prepared elsewhere: first in words, then the secret once, or that a second admin has to agree. */
export function ReplaceTokenDialog({ title, children, request, onClose }: ReplaceTokenDialogProps) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const preview = useQuery(grantPreviewQuery(fleet.id, request));
  const grant = useMutation({
    mutationFn: () => grantToken(fleet.id, request),
    onSuccess: () => client.invalidateQueries({ queryKey: [fleet.id, "tokens"] }),
  });
  if (grant.data) return <GrantedDialog answer={grant.data} request={request} onClose={onClose} />;
  return (
    <Dialog onClose={onClose} title={title} size={620} closeOnClickOutside={!grant.isPending}>
      <div className={classes.body}>
        <div>{children}</div>
        <Loaded query={preview} what="grants" loading={<LoadingRows rows={3} />}>
          {(told) => <Told preview={told} />}
        </Loaded>
        {grant.error ? (
          <Note tone="bad" mark="failed" role="alert">
            {grant.error.message}
          </Note>
        ) : null}
        <div className={classes.actions}>
          <Button onClick={onClose} disabled={grant.isPending}>
            Cancel
          </Button>
          <Button variant="filled" disabled={!preview.data} loading={grant.isPending} onClick={() => grant.mutate()}>
            {preview.data && preview.data.reasons.length > 0 ? "Ask a second admin" : "Create token, show secret once"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Told({ preview: { words, reach, warnings } }: { preview: GrantPreview }) {
  return (
    <>
      <GrantWordsList words={words} />
      <p className={classes.reach}>
        {reach.devices.toLocaleString("en")} of {reach.fleetDevices.toLocaleString("en")} devices, {reach.topicsRead.toLocaleString("en")} topics to read,{" "}
        {reach.topicsWrite.toLocaleString("en")} to write
      </p>
      <GrantWarnings warnings={warnings} />
    </>
  );
}
