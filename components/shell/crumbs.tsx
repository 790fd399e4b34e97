"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { deviceQuery } from "@/lib/client/queries/devices";
import { useSession } from "@/lib/client/session";
import { NAV_ITEMS } from "./nav-items";
import classes from "./top-bar.module.css";

/** Pages below one of the menu, by the rest of their address. */
const SUBPAGES: Record<string, string> = {
  rules: "Rules",
  simulator: "Simulator",
  grant: "Grant access",
  approvals: "Approvals",
  who: "Who can",
  revocations: "Revocations",
  keys: "Signing keys",
};

/** Fleet / page, or Devices / site / device. */
export function Crumbs() {
  const path = usePathname();
  const { fleet } = useSession();
  const item = NAV_ITEMS.find(({ href }) => path === href || path.startsWith(`${href}/`));
  const rest = item ? path.slice(item.href.length + 1) : "";
  const deviceId = item?.href === "/devices" && rest !== "" ? decodeURIComponent(rest.split("/")[0] ?? "") : undefined;
  return (
    <nav className={classes.crumbs} aria-label="Breadcrumb">
      {rest === "" || !item ? (
        <span className={classes.up}>{fleet.name}</span>
      ) : (
        <Link className={classes.up} href={item.href}>
          {item.label}
        </Link>
      )}
      <span className={classes.up} aria-hidden="true">
        /
      </span>
      {deviceId === undefined ? (
        <b aria-current="page">{SUBPAGES[rest] ?? (rest !== "" && item?.href === "/refusals" ? "Refusal" : (item?.label ?? "Not found"))}</b>
      ) : (
        <DeviceCrumb deviceId={deviceId} why={rest.endsWith("/why")} />
      )}
    </nav>
  );
}

/** The page asks for the same device; the two share one request. */
function DeviceCrumb({ deviceId, why }: { deviceId: string; why: boolean }) {
  const { fleet } = useSession();
  const { data } = useQuery(deviceQuery(fleet.id, deviceId));
  return (
    <>
      {data?.site ? (
        <>
          <Link className={classes.up} href={`/devices?site=${data.site.id}`}>
            {data.site.name}
          </Link>
          <span className={classes.up} aria-hidden="true">
            /
          </span>
        </>
      ) : null}
      {why ? (
        <>
          <Link className={classes.up} href={`/devices/${deviceId}`}>
            {data?.name ?? deviceId}
          </Link>
          <span className={classes.up} aria-hidden="true">
            /
          </span>
          <b aria-current="page">Why offline</b>
        </>
      ) : (
        <b aria-current="page">{data?.name ?? deviceId}</b>
      )}
    </>
  );
}
