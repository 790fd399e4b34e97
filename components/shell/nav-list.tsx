"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { Icon } from "@/components/ui/icon";
import { useLive } from "@/lib/client/live/use-live";
import { useSession } from "@/lib/client/session";
import classes from "./nav.module.css";
import { NAV_GROUPS, type NavItem } from "./nav-items";

/** The pages this role may open, with the counts that the live link tells. */
export function NavList({ onNavigate }: { onNavigate?: () => void }) {
  const path = usePathname();
  const { can } = useSession();
  return NAV_GROUPS.map(({ title, items }) => {
    const allowed = items.filter(({ permission }) => can(permission));
    if (allowed.length === 0) return null;
    return (
      <div key={title ?? ""} className={classes.plain}>
        {title ? <h2 className={classes.group}>{title}</h2> : null}
        <ul className={classes.list}>
          {allowed.map((item) => (
            <li key={item.href}>
              <Link
                className={classes.item}
                href={item.href}
                title={item.label}
                aria-current={path === item.href || path.startsWith(`${item.href}/`) ? "page" : undefined}
                onClick={onNavigate}
              >
                <Icon name={item.icon} />
                <span className={classes.label}>{item.label}</span>
                <NavCount item={item} />
              </Link>
            </li>
          ))}
        </ul>
      </div>
    );
  });
}

function NavCount({ item }: { item: NavItem }) {
  const summary = useLive((state) => state.summary);
  if (!summary) return null;
  const count = { "/devices": summary.devices, "/outages": summary.openOutages, "/alerts": summary.openAlerts, "/rejected": summary.rejectedLastHour }[
    item.href
  ];
  if (!count) return null;
  const words = { "/devices": "devices", "/outages": "open", "/alerts": "open", "/rejected": "in the last hour" }[item.href];
  return (
    <span className={`${classes.count} ${item.href === "/alerts" || item.href === "/outages" ? classes.hot : ""}`}>
      {count.toLocaleString("en")} <span className="visually-hidden">{words}</span>
    </span>
  );
}
