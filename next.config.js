import path from "node:path";
import { PHASE_PRODUCTION_SERVER } from "next/constants.js";
import { mqttDestination, pointRoutes } from "./services/web/mqtt-route.mjs";

/** What may run and be loaded is said per request, with a nonce: proxy.ts. */
const SECURITY_HEADERS = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(self), microphone=(), geolocation=(), payment=(), usb=()" },
];

/** @returns {import("next").NextConfig} */
export default function config(phase) {
  const destination = mqttDestination(process.env);
  if (phase === PHASE_PRODUCTION_SERVER) pointRoutes(path.join(import.meta.dirname, ".next"), destination);
  return {
    poweredByHeader: false,
    reactStrictMode: true,
    // `npm run check` looks at the types of the whole tree; a build need not do it again.
    typescript: { ignoreBuildErrors: true },
    turbopack: { root: import.meta.dirname },
    outputFileTracingRoot: import.meta.dirname,
    allowedDevOrigins: ["localhost", "127.0.0.1"],
    devIndicators: false,
    experimental: { optimizePackageImports: ["@mantine/core", "@mantine/hooks", "@mantine/charts"] },
    rewrites: () => [{ source: "/mqtt", destination }],
    headers: () => [{ source: "/:path*", headers: SECURITY_HEADERS }],
  };
}
