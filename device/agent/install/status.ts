import { existsSync } from "node:fs";
import { readStoredClaim } from "../claim/claim-store";
import { readOwnToken } from "../connection/own-token";
import { AGENT_VERSION } from "../version";
import { placesIn, UNIT } from "./places";
import { serviceState } from "./systemd";

/** What is known here, without asking anybody: program, service, and whose token it holds until when. A line each. */
export function statusLines({ root, state, now }: { root: string | undefined; state: string | undefined; now: number }): string[] {
  const places = placesIn(root);
  const folder = state ?? places.state.file;
  const claim = readStoredClaim(folder);
  const lines = [
    ["version", AGENT_VERSION],
    ["service", existsSync(places.unit.file) ? (serviceState(UNIT) ?? "installed; systemd does not run here") : "not installed"],
    ["settings", existsSync(places.config.file) ? places.config.file : "none"],
    ["state", folder],
    ["device", claim?.given ? `${claim.given.device} (${claim.given.name}) in ${claim.given.fleet}` : claim ? "claiming, not let in yet" : "has not claimed"],
  ];
  const expiresAt = claim?.given && readOwnToken(claim.given.token).expiresAt;
  if (expiresAt !== undefined) lines.push(["token", `${expiresAt > now ? "good until" : "ended"} ${new Date(expiresAt).toISOString()}`]);
  return lines.map(([name = "", value = ""]) => `${name.padEnd(10)}${value}`);
}
