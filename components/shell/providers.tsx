"use client";

import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useState } from "react";
import { resolveVariables, theme } from "@/components/ui/theme/theme";
import { TimeTip } from "@/components/ui/time/time-tip";
import { createQueryClient } from "@/lib/client/query-client";

const Notifications = dynamic(() => import("@mantine/notifications").then((module) => module.Notifications), { ssr: false });
const colorScheme = localStorageColorSchemeManager({ key: "sallyport-theme" });

/** The session ended elsewhere: sign in and come back to this very view. */
function askToSignIn(): void {
  if (location.pathname === "/sign-in" || location.pathname === "/setup") return;
  location.assign(`/sign-in?callbackUrl=${encodeURIComponent(location.pathname + location.search)}`);
}

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(() => createQueryClient(askToSignIn));
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
      deduplicateCssVariables={false}
    >
      <QueryClientProvider client={client}>
        <NuqsAdapter>{children}</NuqsAdapter>
      </QueryClientProvider>
      <TimeTip />
      <Notifications position="bottom-right" autoClose={6_000} />
    </MantineProvider>
  );
}
