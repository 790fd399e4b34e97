"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { DataTable, RowActions } from "@/components/ui/data-table";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { profilesQuery } from "@/lib/client/queries/sites";
import { useSession } from "@/lib/client/session";
import type { ProfileView } from "@/lib/domain/devices/site-view";

const AllowListDialog = dynamic(() => import("./allow-list-dialog").then((module) => module.AllowListDialog), { ssr: false });

/** What is allowed by profile, and is no violation. */
export function AllowListPanel() {
  const { fleet, can } = useSession();
  const profiles = useQuery(profilesQuery(fleet.id));
  const [editing, setEditing] = useState<ProfileView>();
  return (
    <Panel title="Allowed" aside="by profile; what is allowed is no violation, and no zero either" flush>
      <Loaded query={profiles} what="profiles">
        {({ items }) => (
          <DataTable
            caption="What may listen on the devices of each profile, and where they may connect to"
            rows={items}
            rowKey={({ id }) => id}
            columns={[
              { key: "name", head: "Profile", cell: ({ name }) => name },
              {
                key: "listeners",
                head: "May listen",
                phone: "full",
                label: "may listen",
                cell: ({ allowed }) => (allowed.listeners.length === 0 ? "nothing" : allowed.listeners.join(", ")),
              },
              {
                key: "destinations",
                head: "May connect to",
                phone: "full",
                label: "may connect to",
                cell: ({ allowed }) => (allowed.destinations.length === 0 ? "what its first report shows" : allowed.destinations.join(", ")),
              },
              {
                key: "edit",
                head: <span className="visually-hidden">Change</span>,
                tight: true,
                phone: "end",
                align: "end",
                cell: (profile) =>
                  can("devices:write") ? (
                    <RowActions>
                      <Button size="xs" aria-label={`Change what ${profile.name} allows`} onClick={() => setEditing(profile)}>
                        Change
                      </Button>
                    </RowActions>
                  ) : null,
              },
            ]}
          />
        )}
      </Loaded>
      {editing ? <AllowListDialog profile={editing} onClose={() => setEditing(undefined)} /> : null}
    </Panel>
  );
}
