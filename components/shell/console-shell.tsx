"use client";

import { useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { startLive, togglePause } from "@/lib/client/live/live";
import { useLinkView } from "@/lib/client/live/use-link-view";
import { useLive } from "@/lib/client/live/use-live";
import { useRefresh } from "@/lib/client/live/use-refresh";
import { useSession } from "@/lib/client/session";
import classes from "./console-shell.module.css";
import { NavRail } from "./nav-rail";
import { usePrintLight } from "./print-light";
import { TabBar } from "./tab-bar";
import { TopBar } from "./top-bar";
import { useShortcuts } from "./use-shortcuts";

const Palette = dynamic(() => import("./palette").then((module) => module.Palette), { ssr: false });
const ShortcutSheet = dynamic(() => import("./shortcut-sheet").then((module) => module.ShortcutSheet), { ssr: false });
const MenuDrawer = dynamic(() => import("./menu-drawer").then((module) => module.MenuDrawer), { ssr: false });

/** Everything around a page: rail, top bar, phone's tabs, the overlays, and the one live connection. */
export function ConsoleShell({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<"palette" | "sheet" | "menu">();
  const close = useCallback(() => setOpen(undefined), []);
  const client = useQueryClient();
  const { fleet, user } = useSession();
  const refetch = useCallback(() => void client.invalidateQueries(), [client]);
  useEffect(() => startLive({ fleetId: fleet.id, userId: user.id }, refetch), [fleet.id, user.id, refetch]);
  // An alert that changed is fetched again, for the page, the overview and the device that shows it.
  useRefresh(
    useLive((state) => state.alerts),
    [[fleet.id, "alerts"]],
  );
  usePrintLight();
  const onTogglePause = useCallback(() => togglePause(refetch), [refetch]);
  useShortcuts({ openPalette: () => setOpen("palette"), openSheet: () => setOpen("sheet"), togglePause: onTogglePause });
  return (
    <div className={classes.app}>
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <NavRail />
      <div className={classes.column}>
        <TopBar onMenu={() => setOpen("menu")} onPalette={() => setOpen("palette")} onShortcuts={() => setOpen("sheet")} onTogglePause={onTogglePause} />
        <PageArea>{children}</PageArea>
        <TabBar onMore={() => setOpen("menu")} />
      </div>
      {open === "palette" ? <Palette onClose={close} onTogglePause={onTogglePause} /> : null}
      {open === "sheet" ? <ShortcutSheet onClose={close} /> : null}
      {open === "menu" ? <MenuDrawer onClose={close} /> : null}
    </div>
  );
}

function PageArea({ children }: { children: ReactNode }) {
  const { kind } = useLinkView();
  return (
    <main id="page" className={classes.page} tabIndex={-1} data-stale={kind === "stale" ? "" : undefined}>
      {children}
    </main>
  );
}
