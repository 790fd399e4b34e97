"use client";

import { Drawer } from "@mantine/core";
import { useFocusBack } from "@/components/ui/use-focus-back";
import { FleetSwitcher } from "./fleet-switcher";
import { NavList } from "./nav-list";

/** All pages, on a phone. */
export function MenuDrawer({ onClose }: { onClose: () => void }) {
  useFocusBack();
  return (
    <Drawer returnFocus={false} opened onClose={onClose} title="Sallyport" size={288} closeButtonProps={{ "aria-label": "Close menu" }}>
      <nav aria-label="All pages" style={{ display: "grid", gap: "var(--s5)", paddingTop: "var(--s4)" }}>
        <FleetSwitcher />
        <NavList onNavigate={onClose} />
      </nav>
    </Drawer>
  );
}
