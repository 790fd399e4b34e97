"use client";

import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { resolveVariables, theme } from "@/components/ui/theme/theme";

const colorScheme = localStorageColorSchemeManager({ key: "sallyport-theme" });

/** What every page needs, also the sign-in page: as little as can be. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} colorSchemeManager={colorScheme} defaultColorScheme="auto">
      {children}
    </MantineProvider>
  );
}
