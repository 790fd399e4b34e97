import { z } from "zod";
import type { SealedView } from "@/lib/domain/sealed/sealed-view";
import { agreementKeySchema } from "@/lib/protocol/key-exchange";
import type { Context } from "../context";
import { readVerb } from "../verb";

const DEVICES = `
  with newest as (select max(version) as version from sealed_wrap where fleet_id = $1)
  select count(*)::int as total,
         count(*) filter (where k.version = n.version and k.first_seen_at is not null)::int as current,
         count(*) filter (where a.device_id is not null and k.version is distinct from n.version)::int as unsigned,
         count(*) filter (where u.plain)::int as platform
  from device d cross join newest n
  left join device_key a on a.device_id = d.id
  left join lateral (select version, first_seen_at from content_key where device_id = d.id and announcement is not null
                     and state in ('next', 'active', 'grace') order by version desc limit 1) k on true
  left join lateral (select announcement is null as plain from content_key where device_id = d.id and last_seen_at is not null
                     and state in ('next', 'active', 'grace') order by version desc limit 1) u on true
  where d.fleet_id = $1 and d.lifecycle = 'active'`;

/** Custody of this fleet: what its admins signed, who has asked to be an operator, and how far its devices are. */
export const getSealed = readVerb({
  permission: "fleet:read",
  input: z.object({}),
  async run(ctx): Promise<SealedView> {
    const { prisma, pool } = ctx.database;
    const { fleetId } = ctx;
    const [fleet, statements, newest, devices, operators] = await Promise.all([
      prisma.sealedFleet.findUnique({ where: { fleetId } }),
      prisma.sealedStatement.findMany({ where: { fleetId }, orderBy: { n: "asc" }, select: { jws: true } }),
      prisma.contentKey.aggregate({ where: { fleetId }, _max: { version: true } }),
      pool.query<SealedView["devices"]>(DEVICES, [fleetId]),
      listOperators(ctx),
    ]);
    return {
      sealed: fleet && { root: fleet.root, openedAt: fleet.openedAt.toISOString(), openedBy: fleet.openedBy },
      statements: statements.map(({ jws }) => jws),
      operators,
      nextVersion: (newest._max.version ?? 0) + 1,
      devices: devices.rows[0] ?? { total: 0, current: 0, unsigned: 0, platform: 0 },
    };
  },
});

async function listOperators({ database: { prisma }, fleetId }: Context): Promise<SealedView["operators"]> {
  const rows = await prisma.sealedOperator.findMany({ where: { fleetId }, orderBy: [{ askedAt: "asc" }, { operator: "asc" }] });
  const ids = rows.map(({ operator }) => operator);
  const users = await prisma.user.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true, memberships: { where: { fleetId }, select: { role: true } } },
  });
  const known = new Map(users.map((user) => [user.id, user]));
  return rows.map(({ operator, publicJwk, askedAt }) => ({
    userId: operator,
    name: known.get(operator)?.name ?? operator,
    role: known.get(operator)?.memberships[0]?.role ?? null,
    publicKey: agreementKeySchema.parse(publicJwk),
    askedAt: askedAt.toISOString(),
  }));
}
