import Link from "next/link";
import { DataTable, Sub } from "@/components/ui/data-table";
import { Panel } from "@/components/ui/panel";
import { StatStrip } from "@/components/ui/stat-strip";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import type { ClaimFunnel } from "@/lib/domain/claims/claim-view";
import { STUCK_WORDS } from "./claim-words";

/** How far have the devices of a batch come, and which does somebody have to look at? */
export function FunnelPanel({ funnel }: { funnel: ClaimFunnel }) {
  const { made, seen, configured, healthy, stuckDevices } = funnel;
  const stuck = Object.values(funnel.stuck).reduce((sum, count) => sum + count, 0);
  const stats = [
    { key: "made", value: made, label: "made" },
    { key: "seen", value: seen, label: "first seen" },
    { key: "configured", value: configured, label: "configured" },
    { key: "healthy", value: healthy, label: "healthy" },
    { key: "stuck", value: stuck, label: "stuck" },
  ];
  return (
    <>
      <StatStrip label="How far its devices have come" stats={stats} />
      {stuckDevices.length > 0 ? (
        <Panel
          title="Stuck"
          aside="the longest first"
          flush
          footer={stuck > stuckDevices.length ? `${stuckDevices.length} of ${stuck.toLocaleString("en")} shown` : undefined}
        >
          <DataTable
            caption="Devices of this claim that are stuck on their way"
            rows={stuckDevices}
            rowKey={({ id, name, at }) => `${id ?? name} ${at}`}
            columns={[
              {
                key: "name",
                head: "Device",
                cell: ({ id, name, serial }) => (
                  <>
                    {id ? <Link href={`/devices/${id}`}>{name}</Link> : name}
                    {serial && serial !== name ? <Sub>{serial}</Sub> : null}
                  </>
                ),
              },
              { key: "at", head: "Stuck at", tight: true, phone: "end", cell: ({ at }) => <StateMark {...STUCK_WORDS[at].mark} /> },
              { key: "what", head: "What to do", phone: "full", cell: ({ at }) => STUCK_WORDS[at].todo },
              { key: "since", head: "Since", tight: true, phone: "full", label: "since", cell: ({ since }) => <Time at={since} focusable /> },
            ]}
          />
        </Panel>
      ) : null}
    </>
  );
}
