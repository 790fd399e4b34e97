import type { Database } from "../database/client";

/** Devices and fleets that are kept in memory; the oldest ones go. Ids carry a prefix by kind, so that both fit in one map. */
const MOST = 50_000;

/**
 * Which fleet a device belongs to, for messages whose sender only a topic names. A device never changes its fleet, so what was
 * found is kept; what was not found is asked again. One that is removed meanwhile is refused by its foreign key.
 */
export class DeviceFleets {
  readonly #known = new Map<string, string>();

  constructor(private readonly pool: Pick<Database["pool"], "query">) {}

  /** Looks up by one query what of them is not known. Throws when Postgres does not answer. */
  async load({ devices, fleets }: { devices: readonly string[]; fleets: readonly string[] }): Promise<void> {
    const unknown = (ids: readonly string[]) => [...new Set(ids)].filter((id) => !this.#known.has(id));
    const [newDevices, newFleets] = [unknown(devices), unknown(fleets)];
    if (newDevices.length + newFleets.length === 0) return;
    const { rows } = await this.pool.query<{ id: string; fleetId: string }>(
      `select id, fleet_id as "fleetId" from device where id = any($1::text[]) union all select id, id from fleet where id = any($2::text[])`,
      [newDevices, newFleets],
    );
    for (const { id, fleetId } of rows) {
      if (this.#known.size >= MOST) this.#known.delete(this.#known.keys().next().value ?? "");
      this.#known.set(id, fleetId);
    }
  }

  /** The fleet of a device, and a fleet's own id for a fleet. Undefined for what is not there. */
  fleetOf(id: string): string | undefined {
    return this.#known.get(id);
  }
}
