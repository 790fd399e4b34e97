"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { toggleZone } from "@/components/ui/time/zone";
import { NAV_ITEMS } from "./nav-items";
import { singleKeysOn } from "./preferences";
import { type Command, matchKey } from "./shortcut-match";

const JUMPS = new Map(NAV_ITEMS.map(({ jump, href }) => [jump, href]));

interface Actions {
  openPalette: () => void;
  openSheet: () => void;
  togglePause: () => void;
}

/** The keys of the whole console. A dialog that is open keeps the keys for itself. */
export function useShortcuts(actions: Actions): void {
  const router = useRouter();
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let jumping = false;
    const run = (command: Command) => {
      if (command.do === "palette") latest.current.openPalette();
      else if (command.do === "sheet") latest.current.openSheet();
      else if (command.do === "pause") latest.current.togglePause();
      else if (command.do === "zone") toggleZone();
      else if (command.do === "go") router.push(command.href);
      else document.querySelector<HTMLInputElement>("input[data-search]")?.focus();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.key === "Shift") return;
      if (document.querySelector("[role=dialog][aria-modal=true]") !== null) return;
      const press = { key: event.key, ctrlOrMeta: event.ctrlKey || event.metaKey, alt: event.altKey, typing: isTyping(event.target) };
      const match = matchKey(press, jumping, { jumps: JUMPS, singleKeys: singleKeysOn() });
      jumping = match.jumping;
      if (!match.command) return;
      event.preventDefault();
      run(match.command);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [router]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
