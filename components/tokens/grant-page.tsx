"use client";

import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { grantToken } from "@/lib/client/commands/tokens";
import { PageTitle } from "@/lib/client/page-title";
import { grantPreviewQuery } from "@/lib/client/queries/grants";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import { GrantLimits } from "./grant-limits";
import classes from "./grant-page.module.css";
import { GrantRows } from "./grant-rows";
import { GrantSummary } from "./grant-summary";
import { GrantTemplates } from "./grant-templates";
import { GrantTree } from "./grant-tree";
import { requestOf, useGrantDraft } from "./use-grant-draft";

const GrantedDialog = dynamic(() => import("./granted-dialog").then((module) => module.GrantedDialog), { ssr: false });
const GrantJsonDialog = dynamic(() => import("./grant-json-dialog").then((module) => module.GrantJsonDialog), { ssr: false });

/** While the holder has no name yet, the preview is of a service that has none. */
const UNNAMED = { kind: "service", name: "unnamed" } as const;

/** What may this token do? */
export function GrantPage() {
  const { fleet, can } = useSession();
  const answer = "Grant access";
  const why = "Deny by default: the token can do exactly what is lit below, until the date you set. Every broker enforces it.";
  if (can("tokens:grant")) return <Builder answer={answer} why={why} />;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} why={why} />
      <NoPermission framed what="how to grant tokens" role={fleet.role} needs={rolesWith("tokens:grant")} />
    </div>
  );
}

function Builder({ answer, why }: { answer: string; why: string }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const builder = useGrantDraft();
  const { draft } = builder;
  const [showsJson, setShowsJson] = useState(false);
  const request = requestOf(draft);
  const shown = request ?? { ...requestOf({ ...draft, holder: { ...draft.holder, kind: "service", service: UNNAMED.name } }), subject: UNNAMED };
  const [asked] = useDebouncedValue(shown as GrantRequestInput, 250);
  const preview = useQuery(grantPreviewQuery(fleet.id, asked));
  const grant = useMutation({
    mutationFn: (input: GrantRequestInput) => grantToken(fleet.id, input),
    onSuccess: () => client.invalidateQueries({ queryKey: [fleet.id, "tokens"] }),
  });
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} why={why} actions={<Button onClick={() => setShowsJson(true)}>Duplicate as JSON</Button>} />
      <div className={classes.columns}>
        <div className={classes.form}>
          <GrantTemplates chosen={draft.template} onChoose={builder.start} />
          <GrantRows rows={draft.rows} onAdd={builder.addRow} onChange={builder.changeRow} onRemove={builder.removeRow} />
          <div className={classes.pair}>
            <GrantTree preview={preview.data} fleetId={fleet.id} />
            <GrantLimits draft={draft} onChange={builder.change} onHold={builder.hold} />
          </div>
        </div>
        <GrantSummary
          preview={preview}
          draft={draft}
          missing={request === undefined}
          busy={grant.isPending}
          error={grant.error}
          onGrant={() => request && grant.mutate(request)}
        />
      </div>
      {grant.data ? <GrantedDialog answer={grant.data} request={{}} onClose={() => grant.reset()} /> : null}
      {showsJson ? <GrantJsonDialog request={shown as GrantRequestInput} onClose={() => setShowsJson(false)} /> : null}
    </div>
  );
}
