import type { DiagnosisView } from "@/lib/domain/diagnosis/diagnosis-view";
import { causeText, stateText } from "@/lib/domain/presence/cause-text";
import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";
import type { Database } from "../database/client";

type Event = DiagnosisView["events"][number];

const EACH = 20;
const SHOWN = 60;

/** Everything that happened to a device, newest first: presence, sessions, refusals, tokens, outages, posture, changes by people. */
export async function eventsOf({ prisma }: Pick<Database, "prisma">, fleetId: string, deviceId: string): Promise<Event[]> {
  const newest = { take: EACH } as const;
  const [changes, sessions, refusals, tokens, outages, posture, audit] = await Promise.all([
    prisma.presenceChange.findMany({ where: { deviceId }, orderBy: { version: "desc" }, ...newest }),
    prisma.session.findMany({ where: { deviceId }, orderBy: { number: "desc" }, ...newest }),
    prisma.refusal.findMany({ where: { fleetId, deviceId }, orderBy: { lastAt: "desc" }, ...newest }),
    prisma.accessToken.findMany({ where: { fleetId, deviceId }, orderBy: { issuedAt: "desc" }, ...newest }),
    prisma.outageDevice.findMany({ where: { deviceId }, orderBy: { lostAt: "desc" }, include: { outage: true }, ...newest }),
    prisma.postureReport.findUnique({ where: { deviceId } }),
    prisma.auditEvent.findMany({ where: { fleetId, objectId: deviceId }, orderBy: { id: "desc" }, ...newest }),
  ]);
  const events: Event[] = [
    ...changes.map(({ at, state, cause }) => event(at, "presence", state, sentence(stateText(state as PresenceState)), causeText(cause as PresenceCause))),
    ...sessions.map(({ number, connectedAt, address, keepAliveSeconds }) =>
      event(connectedAt, "session", "info", `Session #${number} opened`, `from ${address}, keep-alive ${keepAliveSeconds} s`),
    ),
    ...refusals.map(({ lastAt, firstAt, action, reason, count, address }) =>
      event(
        lastAt,
        "refusal",
        "failed",
        `${sentence(action)} refused: ${reason.replaceAll("_", " ")}`,
        `${count} x since ${firstAt.toISOString().slice(11, 19)} UTC${address ? `, last from ${address}` : ""}`,
      ),
    ),
    ...tokens.flatMap((token) => [
      event(token.issuedAt, "token", "info", "Token granted", `${token.id}, until ${token.expiresAt.toISOString().slice(0, 10)}`),
      ...(token.revokedAt ? [event(token.revokedAt, "token", "failed", "Token revoked", token.revokedReason ?? token.id)] : []),
    ]),
    ...outages.map(({ lostAt, outage }) => event(lostAt, "outage", "firing", `Went away in an outage: ${outage.label}`, `${outage.factor} is shared`)),
    ...(posture
      ? [event(posture.receivedAt, "posture", "info", "Posture report", `${posture.listeningTcp} TCP and ${posture.listeningUdp} UDP sockets listening`)]
      : []),
    ...audit.map(({ at, action, actorName }) => event(at, "audit", "info", sentence(action.replaceAll(/[._]/g, " ")), `by ${actorName}`)),
  ];
  return events.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, SHOWN);
}

function event(at: Date, kind: Event["kind"], mark: string, text: string, detail: string): Event {
  return { at: at.toISOString(), kind, mark, text, detail };
}

function sentence(words: string): string {
  return words.replace(/^./, (letter) => letter.toUpperCase());
}
