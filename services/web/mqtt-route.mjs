// The console carries /mqtt to the broker's WebSocket, so that a browser needs one origin only.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

const EVERYWHERE = ["0.0.0.0", "::"];

/** One fixed destination, from the environment of the process; never anything from a request (CVE-2026-44578). */
export function mqttDestination(env) {
  const host = !env.MQTT_WS_HOST || EVERYWHERE.includes(env.MQTT_WS_HOST) ? "127.0.0.1" : env.MQTT_WS_HOST;
  return `http://${host.includes(":") ? `[${host}]` : host}:${env.MQTT_WS_PORT || 8083}/mqtt`;
}

/**
 * `next start` takes rewrites from the build, where the port was the builder's. Called before it reads them, this sets the
 * port of this start. Writes only when it differs: a build may be read-only.
 */
export function pointRoutes(distDir, destination) {
  const file = path.join(distDir, "routes-manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const routes = Array.isArray(manifest.rewrites) ? manifest.rewrites : Object.values(manifest.rewrites).flat();
  const route = routes.find(({ source }) => source === "/mqtt");
  if (!route) throw new Error(`${file} has no route for /mqtt: build again (npm run build).`);
  if (route.destination === destination) return;
  route.destination = destination;
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify(manifest));
  renameSync(fresh, file);
}
