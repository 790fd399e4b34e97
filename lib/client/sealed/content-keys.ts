import type { SealedSession } from "@/lib/domain/sealed/session";

/** Imported keys of a session, by device and version. A session is replaced when it changes, and its keys with it. */
const imported = new WeakMap<SealedSession, Map<string, Promise<CryptoKey | undefined>>>();

/** What opens this device's messages; undefined when the session does not hold that version. */
export function contentKeyOf(session: SealedSession, device: string, version: number): Promise<CryptoKey | undefined> {
  const keys = imported.get(session) ?? new Map<string, Promise<CryptoKey | undefined>>();
  imported.set(session, keys);
  const name = `${device} ${version}`;
  const known = keys.get(name) ?? derive(session, device, version);
  keys.set(name, known);
  return known;
}

async function derive({ fleet, fleetKeys }: SealedSession, device: string, version: number): Promise<CryptoKey | undefined> {
  const fleetKey = fleetKeys.get(version);
  if (!fleetKey) return undefined;
  const [{ deviceContentKey }, { importContentKey }] = await Promise.all([
    import("@/lib/domain/sealed/fleet-key"),
    import("@/lib/protocol/envelope/web-cipher"),
  ]);
  return importContentKey(await deviceContentKey(fleetKey, fleet, device, version));
}
