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
  import: "Import",
  scan: "Scan a code",
  sealed: "Sealed",
  compliance: "Compliance",
};

/** Pages of one device. */
const BELOW_DEVICE: Record<string, string> = { why: "Why offline", timeline: "Timeline", commands: "Commands" };

/** One thing of a list that has a page of its own, by the list's address. */
const ONE_OF: Record<string, string> = {
  "/refusals": "Refusal",
  "/tokens": "Token",
  "/tokens/revocations": "Revocation",
  "/outages": "Outage",
  "/claims": "Claim",
  "/keys/rotations": "Rotation",
  "/jobs": "Job",
};

function pageName(item: (typeof NAV_ITEMS)[number] | undefined, rest: string): string {
  if (!item) return "Not found";
  if (rest === "") return item.label;
  const list = [item.href, ...rest.split("/").slice(0, -1)].join("/");
  return SUBPAGES[rest] ?? ONE_OF[list] ?? item.label;
}

/** Fleet / page, or Devices / site / device. */
export function Crumbs() {
  const path = usePathname();
  const { fleet } = useSession();
  const item = NAV_ITEMS.find(({ href }) => path === href || path.startsWith(`${href}/`));
  const rest = item ? path.slice(item.href.length + 1) : "";
  const deviceId = item?.href === "/devices" && rest !== "" && SUBPAGES[rest] === undefined ? decodeURIComponent(rest.split("/")[0] ?? "") : undefined;
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
        <b aria-current="page">{pageName(item, rest)}</b>
      ) : (
        <DeviceCrumb deviceId={deviceId} below={BELOW_DEVICE[rest.split("/")[1] ?? ""]} />
      )}
    </nav>
  );
}

/** The page asks for the same device; the two share one request. */
function DeviceCrumb({ deviceId, below }: { deviceId: string; below: string | undefined }) {
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
      {below ? (
        <>
          <Link className={classes.up} href={`/devices/${deviceId}`}>
            {data?.name ?? deviceId}
          </Link>
          <span className={classes.up} aria-hidden="true">
            /
          </span>
          <b aria-current="page">{below}</b>
        </>
      ) : (
        <b aria-current="page">{data?.name ?? deviceId}</b>
      )}
    </>
  );
}
