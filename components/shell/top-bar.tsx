"use client";

import { Icon } from "@/components/ui/icon";
import { Crumbs } from "./crumbs";
import { LiveStatus } from "./live-status";
import classes from "./top-bar.module.css";
import { UserMenu } from "./user-menu";
import { ZoneChip } from "./zone-chip";

interface TopBarProps {
  onMenu: () => void;
  onPalette: () => void;
  onShortcuts: () => void;
  onTogglePause: () => void;
}

export function TopBar({ onMenu, onPalette, onShortcuts, onTogglePause }: TopBarProps) {
  return (
    <header className={classes.top}>
      <button type="button" className={`${classes.chip} ${classes.menu}`} onClick={onMenu} aria-label="Menu">
        <Icon name="menu" />
      </button>
      <Crumbs />
      <LiveStatus onToggle={onTogglePause} />
      <ZoneChip />
      <button type="button" className={`${classes.chip} ${classes.goto}`} onClick={onPalette} aria-keyshortcuts="Control+K Meta+K">
        <Icon name="search" />
        <span>Go to anything</span>
        <kbd>Ctrl K</kbd>
      </button>
      <UserMenu onShortcuts={onShortcuts} />
    </header>
  );
}
