import type { Context } from "../context";

/** Names of devices, members, API keys and services of this fleet, by subject. */
export async function subjectNames(ctx: Pick<Context, "database" | "fleetId">, subjects: readonly string[]): Promise<Map<string, string>> {
  const where = { fleetId: ctx.fleetId, id: { in: [...new Set(subjects)] } };
  const select = { id: true, name: true };
  const { device, membership, apiKey, service } = ctx.database.prisma;
  const [devices, members, keys, services] = await Promise.all([
    device.findMany({ where, select }),
    membership.findMany({ where: { fleetId: ctx.fleetId, userId: where.id }, select: { user: { select } } }),
    apiKey.findMany({ where, select }),
    service.findMany({ where, select }),
  ]);
  return new Map([...devices, ...members.map(({ user }) => user), ...keys, ...services].map(({ id, name }) => [id, name]));
}
