import { notFound, SallyportError } from "@/lib/base/errors";
import { ID_PREFIXES, newId } from "@/lib/base/ids";
import type { GrantHolder } from "@/lib/domain/tokens/grant-answer";
import type { GrantRequest } from "@/lib/domain/tokens/grant-request";
import type { Transaction } from "../database/client";

type Reading = Pick<Transaction, "device" | "membership" | "service" | "accessToken">;

/** Who is to hold the token, within the fleet. A service that does not exist yet has no id. */
export async function findHolder(tx: Reading, fleetId: string, subject: GrantRequest["subject"]): Promise<GrantHolder> {
  if (subject.kind === "device") {
    const device = await tx.device.findFirst({ where: { id: subject.deviceId, fleetId } });
    if (!device) throw notFound("device");
    assertMayHold(device);
    return { kind: "device", id: device.id, name: device.name };
  }
  if (subject.kind === "console") {
    const member = await tx.membership.findFirst({ where: { fleetId, userId: subject.userId, user: { disabledAt: null } }, include: { user: true } });
    if (!member) throw notFound("member");
    return { kind: "console", id: member.userId, name: member.user.name };
  }
  const service = await tx.service.findUnique({ where: { fleetId_name: { fleetId, name: subject.name } } });
  return { kind: "service", id: service?.id ?? null, name: subject.name };
}

export function assertMayHold(device: { name: string; lifecycle: string }): void {
  if (device.lifecycle === "retired" || device.lifecycle === "suspended")
    throw new SallyportError("conflict", `${device.name} is ${device.lifecycle}; it gets no token.`, { hint: "Make it active first." });
}

/** The id of a service by its name, made when there is none. One of two that come at once makes it. */
export async function ensureService(tx: Pick<Transaction, "service">, fleetId: string, name: string): Promise<string> {
  await tx.service.createMany({ data: [{ id: newId("service"), fleetId, name }], skipDuplicates: true });
  return (await tx.service.findUniqueOrThrow({ where: { fleetId_name: { fleetId, name } } })).id;
}

/**
 * A client id that is asked for must not be anybody else's: who connects with another's cuts its session. Ids of ours are
 * their owner's, and one that a valid token of another subject is bound to is taken, in whichever fleet.
 */
export async function assertClientId(tx: Reading, clientId: string, holder: GrantHolder, now: Date): Promise<void> {
  if (clientId === holder.id) return;
  const refused = (message: string) => new SallyportError("invalid_input", message, { fields: [{ path: "clientId", message }] });
  if (holder.kind === "device") throw refused("A device's client id is its own id. Leave it out.");
  const like = Object.values(ID_PREFIXES).some((prefix) => clientId.startsWith(`${prefix}_`));
  if (like && !(holder.id !== null && clientId.startsWith(`${holder.id}-`)))
    throw refused("That is somebody's own id. Choose another, or leave it out: one is made.");
  const taken = await tx.accessToken.findFirst({
    where: { clientId, revokedAt: null, expiresAt: { gt: now }, subject: { not: holder.id ?? "" } },
    select: { id: true },
  });
  if (taken) throw refused("A valid token of somebody else is bound to this client id.");
}
