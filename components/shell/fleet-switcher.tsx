"use client";

import { Menu } from "@mantine/core";
import { useRouter } from "next/navigation";
import { Icon } from "@/components/ui/icon";
import { useLive } from "@/lib/client/live/use-live";
import { useSession } from "@/lib/client/session";
import classes from "./fleet-switcher.module.css";

/** Which fleet is on screen; a menu when there is more than one to choose from. */
export function FleetSwitcher() {
  const { fleet, fleets, switchFleet } = useSession();
  const devices = useLive((state) => state.summary?.devices);
  const router = useRouter();
  const face = (
    <span className={classes.words}>
      <span className={classes.name}>{fleet.name}</span>
      {devices === undefined ? null : (
        <span className={classes.size}>
          {devices.toLocaleString("en")} {devices === 1 ? "device" : "devices"}
        </span>
      )}
    </span>
  );
  if (fleets.length < 2)
    return (
      <div className={classes.rail}>
        <div className={classes.fleet}>{face}</div>
      </div>
    );
  return (
    <div className={classes.rail}>
      <Menu position="bottom-start" width="target">
        <Menu.Target>
          <button type="button" className={classes.fleet} aria-label={`Fleet ${fleet.name}, switch`}>
            {face}
            <Icon name="updown" size={12} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {fleets.map(({ id, name, role }) => (
            <Menu.Item
              key={id}
              onClick={() => {
                switchFleet(id);
                router.push("/overview");
              }}
              rightSection={id === fleet.id ? <Icon name="check" size={12} /> : role}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
