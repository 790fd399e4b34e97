import type { EncryptionPolicy } from "@/lib/domain/encryption/policy";
import { type ReplayWindow, readWindow } from "@/lib/protocol/envelope/replay-window";
import type { Database } from "../database/client";

/** What is needed to open the messages of one device. */
export interface DeviceKeys {
  policy: EncryptionPolicy;
  /** Of the public key that is pinned; null before the device has said one. */
  thumbprint: string | null;
  /** The highest version there ever was; 0: none. */
  newest: number;
  /** The device has said that it has that one. */
  newestReceived: boolean;
  /** Versions that open, by number. */
  live: Map<number, { wrapped: Uint8Array | null; window: ReplayWindow }>;
}

interface Row {
  id: string;
  policy: EncryptionPolicy;
  thumbprint: string | null;
  newest: number | null;
  received: boolean | null;
  version: number | null;
  wrapped: Buffer | null;
  sealed: boolean | null;
  highest: string | null;
  seen: Buffer | null;
}

/** Devices that have anything to do with encryption, or those named (when they have). Plain pg: the broker calls it. */
export async function loadDeviceKeys(pool: Pick<Database["pool"], "query">, ids: readonly string[] | undefined): Promise<Map<string, DeviceKeys>> {
  const { rows } = await pool.query<Row>(
    `select d.id, case when s.fleet_id is null then p.encryption::text else 'required' end as policy, a.thumbprint, n.version as newest, n.received_at is not null as received, k.version, k.key_wrapped as wrapped, k.announcement is not null as sealed, k.replay_highest as highest, k.replay_seen as seen
     from device d
     join profile p on p.id = d.profile_id
     left join sealed_fleet s on s.fleet_id = d.fleet_id
     left join device_key a on a.device_id = d.id
     left join lateral (select version, received_at from content_key where device_id = d.id order by version desc limit 1) n on true
     left join content_key k on k.device_id = d.id and k.state in ('next', 'active', 'grace') and (k.key_wrapped is not null or k.announcement is not null)
     where (p.encryption <> 'off' or s.fleet_id is not null or a.device_id is not null or n.version is not null) ${ids ? "and d.id = any($1)" : ""}`,
    ids ? [ids] : [],
  );
  const devices = new Map<string, DeviceKeys>();
  for (const { id, policy, thumbprint, newest, received, version, wrapped, sealed, highest, seen } of rows) {
    const device = devices.get(id) ?? { policy, thumbprint, newest: newest ?? 0, newestReceived: received === true, live: new Map() };
    if (version !== null && (wrapped || sealed)) device.live.set(version, { wrapped, window: readWindow(Number(highest ?? -1), seen ?? new Uint8Array()) });
    devices.set(id, device);
  }
  return devices;
}
