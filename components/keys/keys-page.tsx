"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { parseAsBoolean, parseAsString, useQueryStates } from "nuqs";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { StatStrip } from "@/components/ui/stat-strip";
import { PageTitle } from "@/lib/client/page-title";
import { keyOverviewQuery } from "@/lib/client/queries/keys";
import { sealedQuery } from "@/lib/client/queries/sealed";
import { useSession } from "@/lib/client/session";
import type { KeyOverview } from "@/lib/domain/encryption/key-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import { keysAnswer } from "./key-words";
import classes from "./keys-page.module.css";
import { LaggardsPanel } from "./laggards-panel";
import { ProfilesPanel } from "./profiles-panel";
import { RotationPolicyPanel } from "./rotation-policy-panel";
import { RotationsPanel } from "./rotations-panel";

const RotateDialog = dynamic(() => import("./rotate-dialog").then((module) => module.RotateDialog), { ssr: false });

/** Who encrypts, and with which key really? */
export function KeysPage() {
  const { fleet, can } = useSession();
  const [{ rotate: rotating, query }, setRotate] = useQueryStates({ rotate: parseAsBoolean.withDefault(false), query: parseAsString.withDefault("") });
  const mayRead = can("keys:read");
  const overview = useQuery({ ...keyOverviewQuery(fleet.id), enabled: mayRead });
  const custody = useQuery(sealedQuery(fleet.id));
  const isSealed = custody.data !== undefined && custody.data.sealed !== null;
  const answer = overview.data ? keysAnswer(overview.data) : "Keys";
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="Counted from the key ids of messages that really came, not from what devices say."
        actions={
          <>
            <Button component={Link} href="/keys/sealed">
              {isSealed ? "Sealed" : "Custody"}
            </Button>
            {can("keys:rotate") && custody.data?.sealed === null && (overview.data?.current ?? 0) + (overview.data?.behind ?? 0) > 0 ? (
              <Button variant="filled" onClick={() => void setRotate({ rotate: true })}>
                Rotate keys
              </Button>
            ) : null}
          </>
        }
      />
      {mayRead ? (
        <>
          <Loaded query={overview} what="the fleet's keys">
            {(data) => <StatStrip label="Devices by their key" stats={statsOf(data)} />}
          </Loaded>
          <RotationsPanel />
          <LaggardsPanel />
          <ProfilesPanel />
          {isSealed ? null : <RotationPolicyPanel />}
        </>
      ) : (
        <NoPermission framed what="keys" role={fleet.role} needs={rolesWith("keys:read")} />
      )}
      {rotating && can("keys:rotate") && !isSealed ? <RotateDialog query={query} onClose={() => setRotate({ rotate: null, query: null })} /> : null}
    </div>
  );
}

function statsOf({ current, behind, withoutKey, offered, leaksLastHour, refusedLastHour }: KeyOverview) {
  return [
    { key: "current", value: current, label: "on their newest key" },
    { key: "behind", value: behind, label: "not yet" },
    { key: "without", value: withoutKey, label: "without a key" },
    { key: "offered", value: offered, label: "show another public key" },
    { key: "leaks", value: leaksLastHour, label: "leaks in the last hour", href: "/rejected" },
    { key: "refused", value: refusedLastHour, label: "not opened in the last hour", href: "/rejected" },
  ];
}
