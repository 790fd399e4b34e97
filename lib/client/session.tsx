"use client";

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { type Permission, type Role, roleAllows } from "@/lib/domain/members/permissions";

export interface FleetMembership {
  id: string;
  name: string;
  role: Role;
}

interface Session {
  user: { id: string; name: string };
  fleets: readonly FleetMembership[];
  /** The fleet on screen. */
  fleet: FleetMembership;
  /** What is not allowed is not offered. The server decides all the same. */
  can: (permission: Permission) => boolean;
  /** Shows another fleet, here and in the tabs that are opened from now on. */
  switchFleet: (id: string) => void;
}

const SessionContext = createContext<Session | undefined>(undefined);

interface SessionProviderProps {
  user: Session["user"];
  fleets: readonly FleetMembership[];
  fleetId: string;
  children: ReactNode;
}

export function SessionProvider({ user, fleets, fleetId, children }: SessionProviderProps) {
  const [chosen, setChosen] = useState(fleetId);
  const fleet = fleets.find(({ id }) => id === chosen) ?? fleets[0];
  const switchFleet = useCallback((id: string) => {
    // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is not everywhere yet, and this must be there for the next request
    document.cookie = `sp_fleet=${encodeURIComponent(id)}; path=/; max-age=31536000; samesite=lax`;
    setChosen(id);
  }, []);
  const session = useMemo(
    () => (fleet ? { user, fleets, fleet, switchFleet, can: (permission: Permission) => roleAllows(fleet.role, permission) } : undefined),
    [user, fleets, fleet, switchFleet],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside of the console");
  return session;
}
