import type { ReactNode } from "react";
import { ConsoleProviders } from "@/components/shell/console-providers";
import { ConsoleShell } from "@/components/shell/console-shell";
import { SessionProvider } from "@/lib/client/session";
import { isSignedIn, requireMember } from "@/lib/web/page";

/** The shell of the console. Whoever is not signed in is sent away by the page itself, which knows where to come back to. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  if (!(await isSignedIn())) return children;
  const { user, fleet, fleets } = await requireMember({ path: "/overview" });
  return (
    <ConsoleProviders>
      <SessionProvider user={user} fleets={fleets} fleetId={fleet.id}>
        <ConsoleShell>{children}</ConsoleShell>
      </SessionProvider>
    </ConsoleProviders>
  );
}
