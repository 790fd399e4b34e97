/**
 * Postgres stores neither NUL nor half of a surrogate pair, and one such character fails a whole statement (22021, 22P02).
 * Finds the path of the first text that cannot be stored, keys included. Without recursion: nesting may be as deep as it likes.
 */
export function unstorableText(input: unknown): string | undefined {
  const waiting: { path: string; value: unknown }[] = [{ path: "", value: input }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, value } = next;
    if (typeof value === "string" && !storable(value)) return path || "input";
    if (value === null || typeof value !== "object") continue;
    for (const [key, inner] of Object.entries(value)) {
      if (!storable(key)) return path || "input";
      waiting.push({ path: path ? `${path}.${key}` : key, value: inner });
    }
  }
  return undefined;
}

const storable = (text: string): boolean => !text.includes("\0") && !/\p{Surrogate}/u.test(text);

const LINE_LENGTH = 512;

/** What a client sent, as one line that Postgres takes: no control characters, no halves of surrogate pairs, bounded. */
export function storableLine(text: string): string {
  return Buffer.from(text.slice(0, LINE_LENGTH).replace(/\p{Cc}/gu, "?")).toString();
}
