import type { ImportRow } from "@/lib/domain/devices/import-row";
import type { WriteContext } from "@/lib/server/verb";

/** A device that is new: `siteId` and `profileId` of this fleet. */
export interface NewDevice extends Pick<ImportRow, "name" | "tags"> {
  id: string;
  note: string;
  siteId: string | null;
  profileId: string;
}

/** What changes of a device that is there. What is left out stays as it is; tags are set beside those that it has. */
export interface ChangedDevice {
  id: string;
  note?: string;
  siteId?: string | null;
  profileId?: string;
  tags: Readonly<Record<string, string>>;
}

/**
 * Devices with their presence and tags in one statement for all of them. Rows travel as one JSON value: a parameter for each column of each
 * row costs more than the insert. Throws Postgres's unique violation when a name is taken.
 */
export async function insertDevices({ tx, fleetId, now }: Pick<WriteContext, "tx" | "fleetId" | "now">, devices: readonly NewDevice[]): Promise<void> {
  await tx.$executeRaw`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(devices)}::jsonb) as r(id text, name text, note text, "siteId" text, "profileId" text, tags jsonb)
    ), device_row as (
      insert into device (id, fleet_id, site_id, profile_id, name, note, created_at, updated_at)
      select id, ${fleetId}, "siteId", "profileId", name, note, ${now}, ${now} from given
    ), presence_row as (
      insert into presence (device_id, fleet_id, since) select id, ${fleetId}, ${now} from given
    )
    insert into tag (device_id, key, value) select g.id, t.key, t.value from given g cross join jsonb_each_text(g.tags) t`;
}

/** The same for devices that change. Only those of the fleet are met. */
export async function updateDevices({ tx, fleetId, now }: Pick<WriteContext, "tx" | "fleetId" | "now">, devices: readonly ChangedDevice[]): Promise<void> {
  await tx.$executeRaw`
    with given as (select value as r from jsonb_array_elements(${JSON.stringify(devices)}::jsonb)),
    changed as (
      update device d set
        note = coalesce(r ->> 'note', d.note),
        site_id = case when r ? 'siteId' then r ->> 'siteId' else d.site_id end,
        profile_id = coalesce(r ->> 'profileId', d.profile_id),
        updated_at = ${now}
      from given where d.id = r ->> 'id' and d.fleet_id = ${fleetId} returning d.id, r -> 'tags' as tags
    )
    insert into tag (device_id, key, value) select c.id, t.key, t.value from changed c cross join jsonb_each_text(c.tags) t
    on conflict (device_id, key) do update set value = excluded.value`;
}
