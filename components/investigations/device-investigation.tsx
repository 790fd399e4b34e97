"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { KeyValue } from "@/components/ui/key-value";
import { Loaded } from "@/components/ui/loaded";
import { Panel } from "@/components/ui/panel";
import { Time } from "@/components/ui/time/time";
import { deviceInvestigationQuery } from "@/lib/client/queries/investigations";
import { useSession } from "@/lib/client/session";
import type { DeviceInvestigation } from "@/lib/domain/investigations/investigation-view";
import { ChangeDialog } from "./change-dialog";
import classes from "./investigations.module.css";

/** Who looks into this absence, and what they wrote down. Nothing while the device is not away. */
export function DeviceInvestigationPanel({ deviceId }: { deviceId: string }) {
  const { fleet, can } = useSession();
  const [changing, setChanging] = useState(false);
  const investigation = useQuery(deviceInvestigationQuery(fleet.id, deviceId));
  if (investigation.data?.absence === null) return null;
  return (
    <Panel
      title="Investigation"
      end={
        can("investigations:write") && investigation.data ? (
          <Button size="xs" onClick={() => setChanging(true)}>
            Change
          </Button>
        ) : null
      }
    >
      <Loaded query={investigation} what="the investigation">
        {(data) => <Detail {...data} />}
      </Loaded>
      {changing && investigation.data ? (
        <ChangeDialog
          pick={{ deviceIds: [deviceId] }}
          devices={1}
          what={investigation.data.absence?.device.name ?? "Device"}
          closed={investigation.data.absence?.view === "closed"}
          snoozed={investigation.data.absence?.view === "snoozed"}
          assignees={investigation.data.assignees}
          onClose={() => setChanging(false)}
        />
      ) : null}
    </Panel>
  );
}

function Detail({ absence, notes }: DeviceInvestigation) {
  return (
    <div className={classes.stack}>
      <KeyValue
        rows={[
          ["Assigned to", absence?.assignee?.name ?? "nobody"],
          ...(absence?.snoozedUntil ? [["Snoozed until", <Time key="until" at={absence.snoozedUntil} form="clock" focusable />] as const] : []),
          ...(absence?.closedReason ? [["Closed", `${absence.closedReason} (${absence.closedBy})`] as const] : []),
        ]}
      />
      {notes.length > 0 ? (
        <ul className={classes.notes}>
          {notes.map(({ at, author, text }) => (
            <li key={`${at} ${author} ${text}`}>
              <p>{text}</p>
              <span className={classes.detail}>
                {author}, <Time at={at} focusable />
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
