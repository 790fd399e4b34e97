"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { Icon } from "@/components/ui/icon";
import { useLive } from "@/lib/client/live/use-live";
import { NAV_ITEMS } from "./nav-items";
import classes from "./tab-bar.module.css";

const TABS = NAV_ITEMS.slice(0, 3);

/** The phone's way around: what is first class there, and the rest behind More. */
export function TabBar({ onMore }: { onMore: () => void }) {
  const path = usePathname();
  const open = useLive((state) => state.summary?.openAlerts) ?? 0;
  return (
    <nav className={classes.tabs} aria-label="Main, phone">
      {TABS.map(({ href, label, icon }) => (
        <Link key={href} className={classes.tab} href={href} aria-current={path === href || path.startsWith(`${href}/`) ? "page" : undefined}>
          <Icon name={icon} />
          {label}
          {href === "/alerts" && open > 0 ? <span className={classes.count}>{open}</span> : null}
        </Link>
      ))}
      <button type="button" className={classes.tab} onClick={onMore}>
        <Icon name="more" />
        More
      </button>
    </nav>
  );
}
