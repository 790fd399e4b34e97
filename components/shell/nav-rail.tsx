"use client";

import Link from "next/link";
import { BrandMark } from "@/components/ui/brand-mark";
import { useSession } from "@/lib/client/session";
import { FleetSwitcher } from "./fleet-switcher";
import classes from "./nav.module.css";
import { NavList } from "./nav-list";

export function NavRail() {
  const { user, fleet } = useSession();
  return (
    <nav className={classes.nav} aria-label="Main">
      <Link className={classes.brand} href="/overview" title="Sallyport">
        <BrandMark />
        <span className={classes.brandName}>Sallyport</span>
      </Link>
      <FleetSwitcher />
      <NavList />
      <p className={classes.foot}>
        Signed in as {user.name}
        <br />
        Role: {fleet.role}
      </p>
    </nav>
  );
}
