"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useState } from "react";
import { TimeTip } from "@/components/ui/time/time-tip";
import { createQueryClient } from "@/lib/client/query-client";

/** The session ended elsewhere: sign in and come back to this very view. */
function askToSignIn(): void {
  location.assign(`/sign-in?callbackUrl=${encodeURIComponent(location.pathname + location.search)}`);
}

/** What the pages behind the sign-in share: answers of the server, state in the address, one tooltip for times. */
export function ConsoleProviders({ children }: { children: ReactNode }) {
  const [client] = useState(() => createQueryClient(askToSignIn));
  return (
    <QueryClientProvider client={client}>
      <NuqsAdapter>{children}</NuqsAdapter>
      <TimeTip />
    </QueryClientProvider>
  );
}
