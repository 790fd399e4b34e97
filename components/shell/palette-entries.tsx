"use client";

import { useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { StateMark } from "@/components/ui/state-mark";
import { toggleZone } from "@/components/ui/time/zone";
import { deviceSearchQuery } from "@/lib/client/queries/devices";
import { useSession } from "@/lib/client/session";
import { leave } from "./leave";
import { NAV_ITEMS } from "./nav-items";

export interface PaletteEntry {
  id: string;
  group: "Devices" | "Pages" | "Actions";
  label: string;
  detail?: string;
  icon: ReactNode;
  run: () => void;
}

/** Devices come from the server; pages and actions are matched here. */
export function usePaletteEntries(text: string, onTogglePause: () => void): { entries: PaletteEntry[]; searching: boolean } {
  const q = text.trim();
  const router = useRouter();
  const { fleet, can } = useSession();
  const { setColorScheme } = useMantineColorScheme();
  const found = useQuery({ ...deviceSearchQuery(fleet.id, q), enabled: q !== "" });
  const devices = q === "" ? [] : (found.data?.items ?? []);
  const icon = <Icon name="chevron" size={12} />;
  const fixed: PaletteEntry[] = [
    ...NAV_ITEMS.filter(({ permission }) => can(permission)).map(({ href, label, icon: name, jump }) => ({
      id: href.slice(1).replace("/", "-"),
      group: "Pages" as const,
      label,
      detail: `g ${jump}`,
      icon: <Icon name={name} size={14} />,
      run: () => router.push(href),
    })),
    ...(can("devices:write") && can("tokens:grant")
      ? [{ id: "add-device", group: "Actions" as const, label: "Add a device", icon: <Icon name="plus" size={12} />, run: () => router.push("/devices?add=1") }]
      : []),
    { id: "light", group: "Actions", label: "Theme: light", icon, run: () => setColorScheme("light") },
    { id: "dark", group: "Actions", label: "Theme: dark", icon, run: () => setColorScheme("dark") },
    { id: "auto", group: "Actions", label: "Theme: like the system", icon, run: () => setColorScheme("auto") },
    { id: "zone", group: "Actions", label: "Times: switch local and UTC", detail: "z", icon, run: toggleZone },
    { id: "pause", group: "Actions", label: "Live updates: pause or resume", detail: "p", icon, run: onTogglePause },
    { id: "leave", group: "Actions", label: "Sign out", icon: <Icon name="door" size={14} />, run: leave },
  ];
  const words = q.toLowerCase();
  return {
    entries: [
      ...devices.map(
        ({ id, name, site, presence }): PaletteEntry => ({
          id,
          group: "Devices",
          label: name,
          detail: site?.name ?? id,
          icon: <StateMark state={presence.state} bare />,
          run: () => router.push(`/devices/${id}`),
        }),
      ),
      ...fixed.filter(({ label }) => label.toLowerCase().includes(words)),
    ],
    searching: found.isFetching,
  };
}
