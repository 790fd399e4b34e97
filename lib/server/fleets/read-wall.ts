import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { STATE_LETTERS, type WallView, wallDeviceInputSchema } from "@/lib/domain/fleets/wall-view";
import { readVerb } from "@/lib/server/verb";

const LETTER = `case p.state ${Object.entries(STATE_LETTERS)
  .map(([state, letter]) => `when '${state}' then '${letter}'`)
  .join(" ")} end`;

/** The states of all devices by site, one letter each. Sites by name, devices without one last. */
export const readWall = readVerb({
  permission: "devices:read",
  input: z.object({}),
  async run({ database, fleetId, clock }): Promise<WallView> {
    const { rows } = await database.pool.query<{ id: string | null; name: string | null; states: string }>(
      `select w.site_id as id, s.name, w.states from (
         select d.site_id, string_agg(${LETTER}, '' order by d.id) as states
         from device d join presence p on p.device_id = d.id where d.fleet_id = $1 and d.lifecycle <> 'retired' group by d.site_id
       ) w left join site s on s.id = w.site_id`,
      [fleetId],
    );
    const sites = rows
      .map(({ id, name, states }) => ({ id, name: name ?? "No site", states }))
      .sort((a, b) => Number(a.id === null) - Number(b.id === null) || a.name.localeCompare(b.name, "en", { numeric: true }));
    return { at: clock.now().toISOString(), devices: sites.reduce((sum, { states }) => sum + states.length, 0), sites };
  },
});

/** Which device a letter of the wall stands for. */
export const findWallDevice = readVerb({
  permission: "devices:read",
  input: wallDeviceInputSchema,
  async run({ database, fleetId }, { siteId, index }): Promise<{ id: string; name: string }> {
    const device = await database.prisma.device.findFirst({
      where: { fleetId, siteId: siteId ?? null, lifecycle: { not: "retired" } },
      orderBy: { id: "asc" },
      skip: index,
      select: { id: true, name: true },
    });
    if (!device) throw notFound("device");
    return device;
  },
});
