"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { PageTitle } from "@/lib/client/page-title";
import { signingKeysQuery } from "@/lib/client/queries/signing-keys";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import { TokenTabs } from "../token-tabs";
import classes from "../tokens-page.module.css";
import { NextKey } from "./next-key";
import { keysAnswer } from "./signing-key-words";
import { SigningKeysTable } from "./signing-keys-table";

const RotateDialog = dynamic(() => import("./rotate-signing-key-dialog").then((module) => module.RotateSigningKeyDialog), { ssr: false });
const RetireDialog = dynamic(() => import("./retire-signing-key-dialog").then((module) => module.RetireSigningKeyDialog), { ssr: false });

/** Which key signs, and is another on its way? */
export function SigningKeysPage() {
  const { fleet, can } = useSession();
  const [rotating, setRotating] = useQueryState("rotate", parseAsBoolean.withDefault(false));
  const [retiring, setRetiring] = useQueryState("retire", parseAsString);
  const mayRead = can("tokens:read");
  const list = useQuery({ ...signingKeysQuery(fleet.id), enabled: mayRead });
  const answer = list.data ? keysAnswer(list.data.items) : "Signing keys";
  const next = list.data?.items.find(({ state }) => state === "upcoming");
  const mayRotate = list.data?.mayRotate ?? false;
  const chosen = list.data?.items.find(({ kid }) => kid === retiring);
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="They sign every access token and receipt, in all fleets of this installation."
        actions={
          mayRotate && !next ? (
            <Button variant="filled" onClick={() => void setRotating(true)}>
              Rotate…
            </Button>
          ) : null
        }
      />
      <TokenTabs />
      {mayRead ? (
        <>
          {next && list.data ? (
            <NextKey next={next} ahead={Date.parse(list.data.now) - list.dataUpdatedAt} onBringForward={mayRotate ? () => void setRotating(true) : undefined} />
          ) : null}
          <Panel title="Newest first" flush footer={list.data && !mayRotate ? <ReadOnly /> : undefined}>
            <Loaded query={list} what="signing keys">
              {(data) =>
                data.items.length > 0 ? (
                  <SigningKeysTable list={data} onRetire={(kid) => void setRetiring(kid)} />
                ) : (
                  <EmptyState title="No signing key yet">The first one is made when Sallyport starts.</EmptyState>
                )
              }
            </Loaded>
          </Panel>
        </>
      ) : (
        <NoPermission framed what="signing keys" role={fleet.role} needs={rolesWith("tokens:read")} />
      )}
      {rotating && mayRotate ? <RotateDialog key={next?.kid ?? "new"} next={next} onClose={() => void setRotating(null)} /> : null}
      {chosen && mayRotate ? <RetireDialog signingKey={chosen} onClose={() => void setRetiring(null)} /> : null}
    </div>
  );
}

function ReadOnly() {
  return (
    <>
      Tokens are counted in this fleet. Keys are changed by an admin of every fleet, or on the machine itself:{" "}
      <code>npm run sallyport -- signing-keys --help</code>
    </>
  );
}
