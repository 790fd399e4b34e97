"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { NoPermission } from "@/components/ui/no-permission";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { deviceStateQuery } from "@/lib/client/queries/device-state";
import { useSession } from "@/lib/client/session";
import type { DeviceStateView } from "@/lib/domain/device-state/state-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import classes from "./device-state.module.css";
import { StateHistory } from "./state-history";
import { StateTable } from "./state-table";
import { STATUS_MARKS } from "./state-words";

const EditStateDialog = dynamic(() => import("./edit-state-dialog").then((module) => module.EditStateDialog), { ssr: false });

/** What this device should be, what it says it is, and since when the two agree or differ. */
export function StatePanel({ deviceId }: { deviceId: string }) {
  const { fleet, can } = useSession();
  const mayRead = can("telemetry:read");
  const state = useQuery({ ...deviceStateQuery(fleet.id, deviceId), enabled: mayRead });
  const [open, setOpen] = useQueryState("state", parseAsStringLiteral(["edit"]));
  const mayEdit = can("devices:write") && state.data !== undefined && state.data.heldBack !== "sealed";
  return (
    <Panel
      title="State"
      aside={state.data?.status ? <StateMark {...STATUS_MARKS[state.data.status]} /> : null}
      flush
      end={
        mayEdit ? (
          <Button size="xs" onClick={() => void setOpen("edit")}>
            Change
          </Button>
        ) : null
      }
      footer={state.data?.reportedAt ? <Reported state={state.data} reportedAt={state.data.reportedAt} /> : undefined}
    >
      {mayRead ? (
        <Loaded query={state} what="its state" loading={<LoadingRows rows={3} />}>
          {(data) => <Content state={data} />}
        </Loaded>
      ) : (
        <NoPermission what="what is desired and reported" role={fleet.role} needs={rolesWith("telemetry:read")} />
      )}
      {mayRead ? <StateHistory deviceId={deviceId} /> : null}
      {open === "edit" && mayEdit && state.data ? <EditStateDialog state={state.data} onClose={() => void setOpen(null)} /> : null}
    </Panel>
  );
}

function Content({ state }: { state: DeviceStateView }) {
  if (state.heldBack === "sealed")
    return <EmptyState title="Sealed">In a sealed fleet the platform reads nothing that devices say, so it keeps no states.</EmptyState>;
  return (
    <>
      {state.heldBack === "no_key" && state.version > state.appliedVersion ? (
        <div className={classes.notes}>
          <Note tone="warn" mark="waiting">
            Nothing is sent yet: its profile requires encryption, and the device has no key. It is sent as soon as it has one.
          </Note>
        </div>
      ) : null}
      {state.values.length === 0 ? (
        <EmptyState title="Nothing is desired of it, and it reports nothing">
          Our agent follows <code>reportEverySeconds</code> and <code>logLevel</code>; any device may, by MQTT.
        </EmptyState>
      ) : (
        <StateTable values={state.values} profile={state.profile.name} />
      )}
    </>
  );
}

function Reported({ state: { version, appliedVersion, sentAt }, reportedAt }: { state: DeviceStateView; reportedAt: string }) {
  return (
    <>
      Reported <Time at={reportedAt} focusable />.{" "}
      {version === 0 ? null : appliedVersion >= version ? `It has worked through version ${version}.` : `It is at version ${appliedVersion} of ${version}.`}{" "}
      {appliedVersion < version && sentAt ? (
        <>
          Sent <Time at={sentAt} focusable />.
        </>
      ) : null}
    </>
  );
}
