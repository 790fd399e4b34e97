import type { Me } from "@/lib/domain/members/member-view";
import { PERMISSIONS, roleAllows } from "@/lib/domain/members/permissions";
import type { Context } from "@/lib/server/context";

/** Who asks, and what they may do where. An API key has no e-mail and one fleet. */
export async function getMe(ctx: Context): Promise<Me> {
  const { actor } = ctx;
  const roles = actor.kind === "user" ? actor.roles : new Map(actor.kind === "apiKey" ? [[actor.fleetId, actor.role]] : []);
  const fleets = await ctx.database.prisma.fleet.findMany({ where: { id: { in: [...roles.keys()] } }, select: { id: true, name: true } });
  const names = new Map(fleets.map(({ id, name }) => [id, name]));
  const user = actor.kind === "user" ? await ctx.database.prisma.user.findUnique({ where: { id: actor.id }, select: { email: true } }) : null;
  return {
    user: { id: actor.id, name: actor.name, email: user?.email ?? null },
    fleets: [...roles].flatMap(([id, role]) => {
      const name = names.get(id);
      return name === undefined ? [] : [{ id, name, role, permissions: PERMISSIONS.filter((permission) => roleAllows(role, permission)) }];
    }),
  };
}
