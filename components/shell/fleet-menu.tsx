"use client";

import { Menu } from "@mantine/core";
import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import { Icon } from "@/components/ui/icon";
import { useSession } from "@/lib/client/session";

/** The fleets of this person. Opens with its first render: it is loaded by the click that wants it. */
export function FleetMenu({ target, onClose }: { target: ReactElement; onClose: () => void }) {
  const { fleet, fleets, switchFleet } = useSession();
  const router = useRouter();
  return (
    <Menu position="bottom-start" width="target" defaultOpened onClose={onClose}>
      <Menu.Target>{target}</Menu.Target>
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
  );
}
