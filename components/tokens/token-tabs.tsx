"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useSession } from "@/lib/client/session";
import type { Permission } from "@/lib/domain/members/permissions";
import classes from "./token-tabs.module.css";

/** The pages about access, once: each of them shows this row. */
const TABS: readonly { href: string; label: string; permission: Permission }[] = [
  { href: "/tokens", label: "Tokens", permission: "tokens:read" },
  { href: "/tokens/who", label: "Who can", permission: "tokens:read" },
  { href: "/tokens/simulator", label: "Simulator", permission: "tokens:read" },
  { href: "/tokens/revocations", label: "Revocations", permission: "tokens:read" },
  { href: "/tokens/approvals", label: "Approvals", permission: "tokens:read" },
  { href: "/tokens/keys", label: "Signing keys", permission: "tokens:read" },
];

export function TokenTabs() {
  const path = usePathname();
  const { can } = useSession();
  return (
    <nav className={classes.tabs} aria-label="Access">
      {TABS.filter(({ permission }) => can(permission)).map(({ href, label }) => (
        <Link key={href} className={classes.tab} href={href} aria-current={path === href ? "page" : undefined} ref={path === href ? showTab : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** On a phone the row is wider than the screen. */
function showTab(tab: HTMLAnchorElement | null): void {
  tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
