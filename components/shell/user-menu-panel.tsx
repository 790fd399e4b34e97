"use client";

import { Menu, useMantineColorScheme } from "@mantine/core";
import { Icon } from "@/components/ui/icon";
import { toggleZone, useZone } from "@/components/ui/time/zone";
import { useSession } from "@/lib/client/session";
import { leave } from "./leave";
import classes from "./top-bar.module.css";

const THEMES = [
  ["light", "Light"],
  ["dark", "Dark"],
  ["auto", "Like the system"],
] as const;

/** The opened menu with the button it hangs on. Loaded with the first click: it brings a positioning library along. */
export function UserMenuPanel({ onShortcuts, onClose }: { onShortcuts: () => void; onClose: () => void }) {
  const { user, fleet } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const zone = useZone();
  const check = <Icon name="check" size={12} />;
  return (
    <Menu width={232} defaultOpened onClose={onClose}>
      <Menu.Target>
        <button type="button" className={`${classes.chip} ${classes.person}`} aria-label={`Account of ${user.name}`}>
          {user.name.slice(0, 1).toUpperCase()}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.name}, {fleet.role}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        {THEMES.map(([value, label]) => (
          <Menu.Item key={value} closeMenuOnClick={false} onClick={() => setColorScheme(value)} rightSection={colorScheme === value ? check : null}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>Times</Menu.Label>
        <Menu.Item closeMenuOnClick={false} onClick={() => zone === "utc" && toggleZone()} rightSection={zone === "local" ? check : null}>
          Local time
        </Menu.Item>
        <Menu.Item closeMenuOnClick={false} onClick={() => zone === "local" && toggleZone()} rightSection={zone === "utc" ? check : null}>
          UTC
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={onShortcuts} rightSection={<kbd>?</kbd>}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item onClick={leave}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
