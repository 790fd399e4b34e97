import type { IconName } from "@/components/ui/icon";
import type { Permission } from "@/lib/domain/members/permissions";

export interface NavItem {
  href: string;
  label: string;
  icon: IconName;
  /** What a role needs to have it offered. */
  permission: Permission;
  /** Key after `g`. */
  jump: string;
}

export interface NavGroup {
  title: string | undefined;
  items: readonly NavItem[];
}

/** Every page of the console, once: rail, phone menu, palette and shortcuts are made from it. */
export const NAV_GROUPS: readonly NavGroup[] = [
  {
    title: undefined,
    items: [
      { href: "/overview", label: "Overview", icon: "overview", permission: "fleet:read", jump: "o" },
      { href: "/devices", label: "Devices", icon: "devices", permission: "devices:read", jump: "d" },
      { href: "/alerts", label: "Alerts", icon: "alerts", permission: "alerts:read", jump: "a" },
      { href: "/outages", label: "Outages", icon: "outages", permission: "alerts:read", jump: "p" },
      { href: "/investigations", label: "Investigations", icon: "investigations", permission: "devices:read", jump: "i" },
      { href: "/wall", label: "Wall of sites", icon: "wall", permission: "devices:read", jump: "w" },
      { href: "/sites", label: "Map of sites", icon: "sites", permission: "devices:read", jump: "s" },
      { href: "/jobs", label: "Jobs", icon: "jobs", permission: "devices:read", jump: "j" },
      { href: "/rejected", label: "Rejected messages", icon: "rejected", permission: "rejected:read", jump: "r" },
    ],
  },
  {
    title: "Access",
    items: [
      { href: "/claims", label: "Claims", icon: "link", permission: "claims:read", jump: "n" },
      { href: "/tokens", label: "Tokens", icon: "tokens", permission: "tokens:read", jump: "t" },
      { href: "/refusals", label: "Refusals", icon: "refusals", permission: "refusals:read", jump: "f" },
      { href: "/posture", label: "Zero inbound", icon: "shield", permission: "devices:read", jump: "z" },
      { href: "/keys", label: "Keys", icon: "key", permission: "keys:read", jump: "k" },
    ],
  },
  {
    title: "Settings",
    items: [
      { href: "/members", label: "Members", icon: "members", permission: "fleet:read", jump: "m" },
      { href: "/settings/profiles", label: "Profiles", icon: "rules", permission: "devices:read", jump: "l" },
      { href: "/settings/channels", label: "Channels", icon: "channels", permission: "channels:configure", jump: "c" },
      { href: "/audit", label: "Audit", icon: "audit", permission: "audit:read", jump: "u" },
    ],
  },
];

export const NAV_ITEMS: readonly NavItem[] = NAV_GROUPS.flatMap(({ items }) => items);
