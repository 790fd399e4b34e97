import "@/components/ui/theme/styles";
import { ColorSchemeScript, mantineHtmlProps } from "@mantine/core";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";

// Titles come from the pages themselves: each says its answer, live.
export const metadata: Metadata = { description: "Operator console for fleets of devices that only ever dial out", applicationName: "Sallyport" };

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f6f7f8" },
    { media: "(prefers-color-scheme: dark)", color: "#0e1012" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // The policy of proxy.ts lets only scripts with this answer's nonce run.
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript nonce={nonce} defaultColorScheme="auto" localStorageKey="sallyport-theme" />
      </head>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
