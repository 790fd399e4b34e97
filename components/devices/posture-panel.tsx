"use client";

import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import { Panel } from "@/components/ui/panel";
import { Tag } from "@/components/ui/tag";
import { Time } from "@/components/ui/time/time";
import type { DeviceDetail } from "@/lib/domain/devices/device-view";

type Posture = NonNullable<DeviceDetail["posture"]>;

/** The proof that nothing can come in: what the device itself says listens. */
export function PosturePanel({ posture }: { posture: DeviceDetail["posture"] }) {
  if (!posture)
    return (
      <Panel title="Posture" flush>
        <EmptyState title="No posture report yet">
          Our agent sends one every few minutes: which ports listen on the device. Other clients may publish it too.
        </EmptyState>
      </Panel>
    );
  const open = posture.listeningTcp + posture.listeningUdp;
  return (
    <Panel
      title="Posture"
      aside={<Tag tone={open === 0 ? "ok" : "bad"}>{open === 0 ? "0 inbound ports" : `${open} inbound ${open === 1 ? "port" : "ports"}`}</Tag>}
      end={<Time at={posture.receivedAt} focusable />}
    >
      <KeyValue
        rows={[
          ["Listening", open === 0 ? "nothing, tcp and udp" : <Ports key="p" ports={posture.ports} />],
          ["Counted", `${posture.listeningTcp} tcp, ${posture.listeningUdp} udp`],
        ]}
      />
    </Panel>
  );
}

function Ports({ ports }: { ports: Posture["ports"] }) {
  if (ports.length === 0) return "the report does not say which";
  return (
    <ul>
      {ports.slice(0, 12).map(({ protocol, port, interface: address }) => (
        <li key={`${protocol}${port}${address}`}>
          <code>
            {protocol}/{port}
          </code>
          {address ? ` on ${address}` : ""}
        </li>
      ))}
      {ports.length > 12 ? <li>and {ports.length - 12} more</li> : null}
    </ul>
  );
}
