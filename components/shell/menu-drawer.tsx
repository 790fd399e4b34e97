"use client";

import { Drawer } from "@mantine/core";
import { FleetSwitcher } from "./fleet-switcher";
import { NavList } from "./nav-list";

/** All pages, on a phone. */
export function MenuDrawer({ onClose }: { onClose: () => void }) {
  return (
    <Drawer opened onClose={onClose} title="Sallyport" size={288} closeButtonProps={{ "aria-label": "Close menu" }}>
      <nav aria-label="All pages" style={{ display: "grid", gap: "var(--s5)", paddingTop: "var(--s4)" }}>
        <FleetSwitcher />
        <NavList onNavigate={onClose} />
      </nav>
    </Drawer>
  );
}
