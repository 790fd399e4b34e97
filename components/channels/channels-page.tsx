"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { PageTitle } from "@/lib/client/page-title";
import { channelsQuery } from "@/lib/client/queries/channels";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import { ChannelTable } from "./channel-table";
import classes from "./channels-page.module.css";
import { DeliveriesPanel } from "./deliveries-panel";

const AddChannelDialog = dynamic(() => import("./add-channel-dialog").then((module) => module.AddChannelDialog), { ssr: false });

/** Who is told of alerts, and did it arrive? */
export function ChannelsPage() {
  const { fleet, can } = useSession();
  const mayConfigure = can("channels:configure");
  const channels = useQuery({ ...channelsQuery(fleet.id), enabled: mayConfigure, refetchInterval: 10_000 });
  const [adding, setAdding] = useState(false);
  const count = channels.data?.items.filter(({ enabled }) => enabled).length;
  const answer =
    count === undefined ? "Channels" : count === 0 ? "Alerts stay in this console" : `Alerts go to ${count} ${count === 1 ? "channel" : "channels"}`;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="A webhook gets each alert when it fires, is acknowledged and is resolved, signed as Standard Webhooks. What fails is tried again for a day."
        actions={
          mayConfigure ? (
            <Button variant="filled" onClick={() => setAdding(true)}>
              Add a webhook
            </Button>
          ) : null
        }
      />
      {mayConfigure ? (
        <Panel title="Webhooks" flush>
          <Loaded query={channels} what="channels">
            {({ items }) =>
              items.length > 0 ? (
                <ChannelTable channels={items} />
              ) : (
                <EmptyState title="Nobody is told yet">Any program that takes a POST request can be told: a chat, a pager, your own.</EmptyState>
              )
            }
          </Loaded>
        </Panel>
      ) : (
        <NoPermission framed what="channels" role={fleet.role} needs={rolesWith("channels:configure")} />
      )}
      {can("alerts:configure") ? <DeliveriesPanel /> : null}
      {adding ? <AddChannelDialog onClose={() => setAdding(false)} /> : null}
    </div>
  );
}
