/** A set of devices in words: the names that count, and how many more. */

export interface DeviceNames {
  /** Of a device id; undefined when nothing is known of it. */
  nameOf(deviceId: string): string | undefined;
}

const SHOWN = 3;

/** `own`: the subject itself, which is called so only when it stands alone. */
export function devicesInWords(
  devices: { named: readonly string[]; others: boolean; except: readonly string[] },
  self: string | undefined,
  names: DeviceNames,
): string {
  const { named, others, except } = devices;
  if (others) return except.length === 0 ? "every device of this fleet, also later ones" : `every device of this fleet except ${listed(except, names)}`;
  if (named.length === 1 && named[0] === self) return "its own";
  return listed(named, names);
}

function listed(ids: readonly string[], names: DeviceNames): string {
  const shown = ids.slice(0, ids.length > SHOWN + 1 ? SHOWN : SHOWN + 1).map((id) => names.nameOf(id) ?? id);
  const more = ids.length - shown.length;
  return inWords(more > 0 ? [...shown, `${more.toLocaleString("en")} more`] : shown);
}

/** `a`, `a and b`, `a, b and c` */
export function inWords(words: readonly string[], last: "and" | "or" = "and"): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}
