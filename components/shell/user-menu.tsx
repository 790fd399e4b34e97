"use client";

import dynamic from "next/dynamic";
import { useEffect, useRef, useState } from "react";
import { useSession } from "@/lib/client/session";
import classes from "./top-bar.module.css";

const load = () => import("./user-menu-panel").then((module) => module.UserMenuPanel);
const UserMenuPanel = dynamic(load, { ssr: false, loading: () => <UserButton /> });

/** Theme, time zone, shortcuts, sign out. */
export function UserMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    // The button that was clicked is another one than that of the loaded menu: the focus is given back to it.
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  if (isOpen) return <UserMenuPanel onShortcuts={onShortcuts} onClose={() => setOpen(false)} />;
  return <UserButton ref={button} onClick={() => setOpen(true)} onPointerEnter={() => void load()} aria-haspopup="menu" aria-expanded={false} />;
}

function UserButton(props: React.ComponentProps<"button">) {
  const { user } = useSession();
  return (
    <button type="button" className={`${classes.chip} ${classes.person}`} aria-label={`Account of ${user.name}`} {...props}>
      {user.name.slice(0, 1).toUpperCase()}
    </button>
  );
}
