import { z } from "zod";
import { BRANCHES, type BranchAction, knownIds } from "./branches";
import type { GrantFacts } from "./grant-facts";

const count = z.int().min(0);

/** Exact numbers, as of the moment they were asked for. */
export const grantReachSchema = z.object({
  /** Devices of the fleet now, retired ones left out. */
  fleetDevices: count,
  /** That can be read or written to in any way. */
  devices: count,
  devicesRead: count,
  devicesWrite: count,
  /** One per branch and device; a branch with a variable level counts as one. */
  topicsRead: count,
  topicsWrite: count,
  /** How many devices (of live: topics) per branch. */
  branches: z.array(z.object({ branch: z.string(), read: count, write: count })),
});
export type GrantReach = z.output<typeof grantReachSchema>;

/** The fleet's devices: how many, and whether an id is one of them. */
export interface FleetDevices {
  total: number;
  has(deviceId: string): boolean;
}

/** Exact for any size of fleet: devices that are named are looked up, all others are counted at once. */
export function grantReach({ facts, named }: GrantFacts, fleet: FleetDevices): GrantReach {
  const existing = named.filter((id) => fleet.has(id));
  const others = fleet.total - existing.length;
  const sizeOf = (devices: ReadonlySet<string | undefined>) => existing.filter((id) => devices.has(id)).length + (devices.has(undefined) ? others : 0);
  const devicesWith = (action: BranchAction, branch?: string) =>
    new Set(
      facts
        .filter((fact) => fact.branch.of === "device" && fact[action] !== 0 && (branch ?? fact.branch.name) === fact.branch.name)
        .map(({ device }) => device),
    );
  const branches = BRANCHES.map((one) => {
    const size = (action: BranchAction) => {
      if (one.of === "device") return sizeOf(devicesWith(action, one.name));
      return facts.filter((fact) => fact.branch === one && fact[action] !== 0 && fact.id !== undefined && knownIds(one).includes(fact.id)).length;
    };
    return { branch: one.name, read: size("read"), write: size("write") };
  });
  const [read, write] = [devicesWith("read"), devicesWith("write")];
  return {
    fleetDevices: fleet.total,
    devices: sizeOf(new Set([...read, ...write])),
    devicesRead: sizeOf(read),
    devicesWrite: sizeOf(write),
    topicsRead: branches.reduce((sum, each) => sum + each.read, 0),
    topicsWrite: branches.reduce((sum, each) => sum + each.write, 0),
    branches,
  };
}
