"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Icon } from "@/components/ui/icon";
import { useLive } from "@/lib/client/live/use-live";
import { useSession } from "@/lib/client/session";
import classes from "./fleet-switcher.module.css";

const load = () => import("./fleet-menu").then((module) => module.FleetMenu);
const FleetMenu = dynamic(load, { ssr: false, loading: () => <SwitchButton /> });

/** Which fleet is on screen; a menu when there is more than one to choose from. */
export function FleetSwitcher() {
  const { fleets } = useSession();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={classes.rail}>
      {fleets.length < 2 ? (
        <div className={classes.fleet}>
          <FleetFace />
        </div>
      ) : isOpen ? (
        <FleetMenu target={<SwitchButton />} onClose={() => setOpen(false)} />
      ) : (
        <SwitchButton onClick={() => setOpen(true)} onPointerEnter={() => void load()} aria-haspopup="menu" aria-expanded={false} />
      )}
    </div>
  );
}

function SwitchButton(props: React.ComponentProps<"button">) {
  const { fleet } = useSession();
  return (
    <button type="button" className={classes.fleet} aria-label={`Fleet ${fleet.name}, switch`} {...props}>
      <FleetFace />
      <Icon name="updown" size={12} />
    </button>
  );
}

function FleetFace() {
  const { fleet } = useSession();
  const devices = useLive((state) => state.summary?.devices);
  return (
    <span className={classes.words}>
      <span className={classes.name}>{fleet.name}</span>
      {devices === undefined ? null : (
        <span className={classes.size}>
          {devices.toLocaleString("en")} {devices === 1 ? "device" : "devices"}
        </span>
      )}
    </span>
  );
}
