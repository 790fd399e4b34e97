import type { Scope } from "@/lib/protocol/access";
import { TOPIC_ROOT } from "@/lib/protocol/topics";
import { BRANCHES, type Branch, branchTopic, isVariable, knownIds } from "./branches";
import { type Access, compileAccess } from "./evaluate";

/**
 * What scopes allow, found out by asking the evaluator itself: one fact per branch and device. Devices that no scope names are
 * all alike, so one made-up device answers for them (`device` undefined), however many there are. The same holds for the
 * variable level of a branch (`id` undefined: any that is not named).
 */
export interface Fact {
  branch: Branch;
  device: string | undefined;
  id: string | undefined;
  /** Bit n: may be read at QoS n. 0: not at all. */
  read: number;
  /** Bits 0 to 2: may be written at QoS n; bits 3 to 5: the same as a retained message. */
  write: number;
}

export interface GrantFacts {
  fleetId: string;
  /** Device ids that occur in scopes, and the subject's own. Whether they exist is not known here. */
  named: readonly string[];
  /** Also those that allow nothing. */
  facts: readonly Fact[];
}

export const READ_ALL = 0b111;
export const WRITE_ALL = 0b111_111;
const QOS = [0, 1, 2] as const;

/** `self`: the subject, when it is a device. */
export function factsOf(scopes: readonly Scope[], { fleetId, self }: { fleetId: string; self?: string | undefined }): GrantFacts {
  const access = compileAccess(scopes);
  const levels = scopes.map(({ topic }) => topic.split("/").slice(TOPIC_ROOT.split("/").length));
  const named = new Set(self === undefined ? [] : [self]);
  for (const [, device] of levels) if (device !== undefined && !WILD.has(device) && !NO_DEVICES.has(device)) named.add(device);
  const other = unlike(new Set(levels.flat()));
  const facts = BRANCHES.flatMap((branch) => {
    const devices = branch.of === "device" ? [...named, undefined] : [undefined];
    return devices.flatMap((device) =>
      idsOf(branch, device, levels).map((id): Fact => {
        const topic = branchTopic(fleetId, branch, { device: device ?? other, id: id ?? other });
        return { branch, device, id, read: readBits(access, topic), write: writeBits(access, topic) };
      }),
    );
  });
  return { fleetId, named: [...named], facts };
}

const WILD = new Set(["+", "#"]);
const NO_DEVICES = new Set(["live", "claim"]);

/** Ids that scopes name for this device (or for all) at the variable level, those that always exist, and one for all others. */
function idsOf(branch: Branch, device: string | undefined, scopes: readonly (readonly string[])[]): (string | undefined)[] {
  if (!isVariable(branch)) return [undefined];
  const ids = new Set<string>(knownIds(branch));
  for (const [, ...levels] of scopes) {
    const below = branch.of === "device" ? levels.slice(1) : levels;
    const near = branch.of === "device" ? levels[0] === "+" || levels[0] === device : levels[0] === branch.levels[0];
    const id = below[branch.levels.indexOf("{id}")];
    if (near && id !== undefined && !WILD.has(id)) ids.add(id);
  }
  return [...ids, undefined];
}

function readBits(access: Access, topic: string): number {
  if (!access.receive(topic)) return 0;
  return QOS.reduce<number>((bits, qos) => (access.subscribe({ filter: topic, qos }).verdict === "ALLOWED" ? bits | (1 << qos) : bits), 0);
}

function writeBits(access: Access, topic: string): number {
  let bits = 0;
  for (const retain of [false, true])
    for (const qos of QOS) if (access.publish({ topic, qos, retain }).verdict === "ALLOWED") bits |= 1 << (retain ? qos + 3 : qos);
  return bits;
}

/** A level that no scope names. */
function unlike(levels: ReadonlySet<string>): string {
  let word = "other";
  while (levels.has(word)) word += "_";
  return word;
}
