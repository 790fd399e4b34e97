"use client";

import { Button, Checkbox } from "@mantine/core";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Time } from "@/components/ui/time/time";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { RefusalExplained } from "@/lib/domain/refusals/refusal-view";
import { ScopeList } from "../explained";
import classes from "./refusals.module.css";
import { replacementWith } from "./replacement";

const ReplaceTokenDialog = dynamic(() => import("../replace-token-dialog").then((module) => module.ReplaceTokenDialog), { ssr: false });

/** The smallest change that would allow it, and for whoever may grant: making it. */
export function RefusalFix({ refusal }: { refusal: RefusalExplained }) {
  const { can } = useSession();
  const [openedAt, setOpenedAt] = useState<number>();
  const { token, explanation, subjectName } = refusal;
  const fix = explanation?.fix;
  if (!token || !explanation || !fix || fix.kind === "none_needed") return null;
  const request = fix.kind === "add" ? replacementWith(token, fix.add, { subjectName, now: openedAt ?? Date.now() }) : undefined;
  return (
    <>
      <p>{explanation.words.fix}</p>
      {fix.kind !== "add" ? null : !can("tokens:grant") ? (
        <p className={classes.quiet}>Granting it needs {rolesWith("tokens:grant").join(" or ")}. A link to this page is enough for them.</p>
      ) : request ? (
        <div>
          <Button variant="filled" onClick={() => setOpenedAt(Date.now())}>
            Grant a token with it
          </Button>
        </div>
      ) : (
        <p className={classes.quiet}>{cannot(token)}</p>
      )}
      {openedAt !== undefined && request ? <Replace refusal={refusal} request={request} onClose={() => setOpenedAt(undefined)} /> : null}
    </>
  );
}

interface ReplaceProps {
  refusal: RefusalExplained;
  request: NonNullable<ReturnType<typeof replacementWith>>;
  onClose: () => void;
}

function Replace({ refusal: { token, explanation }, request, onClose }: ReplaceProps) {
  const [revoke, setRevoke] = useState(false);
  if (!token || explanation?.fix.kind !== "add") return null;
  return (
    <ReplaceTokenDialog title="Grant a token with one more scope" request={{ ...request, revokeReplaced: revoke }} onClose={onClose}>
      <div className={classes.card}>
        <p>
          A new token with everything that {token.label ? `“${token.label}”` : "the present one"} has, until the same end (
          <Time at={token.expiresAt} form="moment" />
          ), and beside it:
        </p>
        <ScopeList scopes={explanation.fix.add} />
        <p>A token cannot be changed once it is signed: the new one has to be put into the device.</p>
        <Checkbox
          label="Revoke the present token at once"
          description="Left open, both are valid until their end: replace the token in the device first, then revoke the old one."
          checked={revoke}
          onChange={(event) => setRevoke(event.currentTarget.checked)}
        />
      </div>
    </ReplaceTokenDialog>
  );
}

function cannot({ state, subjectKind }: NonNullable<RefusalExplained["token"]>): string {
  if (state !== "live") return `This token is ${state}: grant a new one with this scope in it.`;
  if (subjectKind === "console") return "A person's browser tab has the rights of their role; grant them a token of their own on the Tokens page.";
  return "This token ends within a minute: grant a new one with this scope in it.";
}
