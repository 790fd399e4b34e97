import { isDocument, leavesOf, type StateDocument, type StateValue } from "@/lib/protocol/state";

/** RFC 7396 on documents: an object goes into an object, null takes a key away, anything else replaces. Changes neither. */
export function mergePatch(target: StateDocument, patch: StateDocument): StateDocument {
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (isDocument(value)) {
      const known = merged.get(key);
      merged.set(key, mergePatch(isDocument(known) ? known : {}, value));
    } else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/** Equal whatever the order of keys. */
export function sameValue(a: StateValue | undefined, b: StateValue | undefined): boolean {
  return a !== undefined && b !== undefined ? canonical(a) === canonical(b) : a === b;
}

function canonical(value: StateValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isDocument(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
}

/** One value that became another; without `from` it is new, without `to` it went. */
export interface ValueChange {
  path: string;
  from?: StateValue;
  to?: StateValue;
}

/** What differs between two documents, value by value, by path. */
export function valueChanges(before: StateDocument, after: StateDocument): ValueChange[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path): ValueChange[] => {
    const [from, to] = [old.get(path), now.get(path)];
    if (sameValue(from, to)) return [];
    return [{ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}
