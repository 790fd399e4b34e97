"use client";

import { TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormFrame } from "@/components/ui/form-frame";
import { NoPermission } from "@/components/ui/no-permission";
import { Note } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { lookUpClaim } from "@/lib/client/commands/claims";
import { PageTitle } from "@/lib/client/page-title";
import { keepCode } from "@/lib/client/queries/claims";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import { readClaimLink, spellClaimCode } from "@/lib/protocol/claim-code";
import { CameraView } from "./camera-view";
import classes from "./claims.module.css";

/** Which claim is this label? Found, its page has the code again, for this tab. */
export function ScanPage() {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const find = useMutation({
    mutationFn: (text: string) => lookUpClaim(fleet.id, text),
    onSuccess: ({ claimId }, text) => {
      const link = readClaimLink(text);
      if (link)
        keepCode(client, claimId, {
          code: spellClaimCode(link.code),
          host: link.host ?? location.hostname,
          port: link.port ?? 1883,
          tlsPort: link.tlsPort ?? 8883,
        });
      router.push(`/claims/${claimId}`);
    },
  });
  const seen = (text: string) => {
    if (readClaimLink(text) && !find.isPending && !find.isSuccess && find.variables !== text) find.mutate(text);
  };
  return (
    <div className={classes.page}>
      <PageTitle answer="Scan a claim code" />
      <PageHead
        answer="Scan a claim code"
        why="Of a label or another screen. The picture stays in this browser."
        actions={<Link href="/claims">All claims</Link>}
      />
      {can("claims:read") ? (
        <div className={classes.columns}>
          <Panel title="Camera">
            <CameraView onText={seen} />
          </Panel>
          <Panel title="Or type it">
            <FormFrame
              submitLabel="Find it"
              busy={find.isPending}
              error={find.error}
              onSubmit={(event) => {
                event.preventDefault();
                find.mutate(typed);
              }}
            >
              <TextInput
                label="Claim code"
                placeholder="K7QM-2XD4-9RTV-0ZAB"
                autoComplete="off"
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
              />
            </FormFrame>
            {find.isSuccess ? (
              <Note tone="sleep" mark="info" role="status">
                Found {find.data.name}.
              </Note>
            ) : null}
          </Panel>
        </div>
      ) : (
        <NoPermission framed what="claims" role={fleet.role} needs={rolesWith("claims:read")} />
      )}
    </div>
  );
}
