import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { sourcesOf } from "@/lib/domain/device-state/fold-state";
import type { DeviceStateView, StateValueView } from "@/lib/domain/device-state/state-view";
import { leavesOf, type StateDocument } from "@/lib/protocol/state";
import type { Transaction } from "../database/client";
import { isSealed } from "../sealed/custody";
import { readVerb } from "../verb";
import { factsOf, type StateRow } from "./state-row";

/** What is desired of a device, what it reports, and since when the two agree or differ. Values are payload values: `telemetry:read`. */
export const getDeviceState = readVerb({
  permission: "telemetry:read",
  input: z.object({ deviceId: z.string().max(64) }),
  run: ({ database, fleetId }, { deviceId }): Promise<DeviceStateView> => stateView(database.prisma, fleetId, deviceId),
});

const NOTHING: StateRow = {
  version: 0,
  appliedVersion: 0,
  overrides: {},
  desired: {},
  reported: {},
  reportedAt: null,
  errors: {},
  paths: {},
  status: null,
  statusSince: new Date(0),
};

/** As it is answered; throws `not_found` for another fleet's device. */
export async function stateView(db: Pick<Transaction, "device" | "sealedFleet" | "contentKey">, fleetId: string, deviceId: string): Promise<DeviceStateView> {
  const device = await db.device.findFirst({
    where: { id: deviceId, fleetId },
    select: { state: true, profile: { select: { id: true, name: true, desiredState: true, encryption: true } } },
  });
  if (!device) throw notFound("device");
  const { id, name, desiredState, encryption } = device.profile;
  const facts = factsOf(device.state ?? NOTHING);
  return {
    deviceId,
    profile: { id, name },
    version: facts.version,
    appliedVersion: facts.appliedVersion,
    status: facts.status,
    since: facts.status === null ? null : facts.statusSince.toISOString(),
    values: valuesOf(facts),
    overrides: plain(facts.overrides),
    defaults: plain(desiredState as StateDocument),
    desired: plain(facts.desired),
    reported: plain(facts.reported),
    reportedAt: facts.reportedAt?.toISOString() ?? null,
    sentAt: device.state?.sentAt?.toISOString() ?? null,
    heldBack: (await isSealed(db, fleetId)) ? "sealed" : encryption === "required" && (await hasNoKey(db, deviceId)) ? "no_key" : null,
  };
}

/** What is desired first, then what is reported only; each by path. */
function valuesOf(facts: ReturnType<typeof factsOf>): StateValueView[] {
  const [desired, reported, sources] = [leavesOf(facts.desired), leavesOf(facts.reported), sourcesOf(facts)];
  const paths = [...[...desired.keys()].sort(), ...[...reported.keys()].filter((path) => !desired.has(path)).sort()];
  return paths.map((path) => {
    const known = facts.paths[path];
    return {
      path,
      ...(desired.has(path) ? { desired: plain(desired.get(path)) } : {}),
      ...(reported.has(path) ? { reported: plain(reported.get(path)) } : {}),
      source: sources.get(path) ?? null,
      status: known?.status ?? null,
      since: known?.since ?? null,
      error: known?.status === "error" ? (facts.errors[path] ?? null) : null,
    };
  });
}

/** The same without `readonly`, as zod's JSON type has it. */
const plain = <T>(value: unknown): T => value as T;

async function hasNoKey(db: Pick<Transaction, "contentKey">, deviceId: string): Promise<boolean> {
  return (await db.contentKey.count({ where: { deviceId, receivedAt: { not: null }, state: { in: ["next", "active", "grace"] } } })) === 0;
}
