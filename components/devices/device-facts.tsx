"use client";

import Link from "next/link";
import { FactStrip } from "@/components/ui/fact-strip";
import { STATE_MARKS } from "@/components/ui/state-shapes";
import { formatDuration } from "@/components/ui/time/format-time";
import { Time } from "@/components/ui/time/time";
import type { DeviceDetail, PresenceView } from "@/lib/domain/devices/device-view";

/** What belongs to a device's head. `heardAt`: when the live link last brought something of it. */
export function DeviceFacts({ device, presence, heardAt }: { device: DeviceDetail; presence: PresenceView; heardAt: string | undefined }) {
  const lastMessage = heardAt ?? presence.lastSeenAt;
  const { site, profile, session, firmware, tags, createdAt, gateway, behind } = device;
  return (
    <FactStrip
      facts={[
        {
          name: "Site",
          value: site ? <Link href={`/devices?site=${site.id}`}>{site.name}</Link> : "none",
          detail: tags.map(({ key, value }) => `${key}: ${value}`).join(", ") || undefined,
        },
        {
          name: "Last message",
          value: lastMessage ? <Time at={lastMessage} focusable /> : "never",
          detail: `every ${formatDuration(profile.reportingIntervalSeconds * 1000)} expected`,
        },
        {
          name: "Session",
          value: session ? `#${session.number}, keep-alive ${session.keepAliveSeconds} s` : "none yet",
          detail: session ? `${session.address} · ${session.transport}` : undefined,
        },
        ...(gateway || behind > 0
          ? [
              {
                name: "Gateway",
                value: gateway ? <Link href={`/devices/${gateway.id}`}>{gateway.name}</Link> : "it is one",
                detail: gatewayDetail(gateway, behind),
              },
            ]
          : []),
        { name: "Firmware", value: firmware ?? "not reported", detail: `profile ${profile.name}` },
        { name: "Registered", value: <Time at={createdAt} focusable />, detail: <code>{device.id}</code> },
      ]}
    />
  );
}

function gatewayDetail(gateway: DeviceDetail["gateway"], behind: number): string | undefined {
  const state = gateway ? STATE_MARKS[gateway.state].word.toLowerCase() : undefined;
  const others = behind > 0 ? `${behind.toLocaleString("en")} ${behind === 1 ? "device" : "devices"} behind this one` : undefined;
  return [state, others].filter((part) => part !== undefined).join(" · ") || undefined;
}
