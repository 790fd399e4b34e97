import { LIMITS } from "@/lib/protocol/limits";

/** MQTT 3.1.1 section 4.7, by level, in linear time, without regular expressions over client input. */

export type TopicProblem = "empty" | "too_long" | "too_many_levels" | "control_character" | "bad_wildcard" | "wildcard_in_topic" | "reserved";

const SLASH = 0x2f;
const PLUS = 0x2b;
const HASH = 0x23;
const DOLLAR = 0x24;
/** 1 for the ASCII characters that mean nothing: most of every topic. */
const PLAIN = Uint8Array.from({ length: 0x80 }, (_, c) => (c < 0x20 || c === 0x7f || c === SLASH || c === PLUS || c === HASH ? 0 : 1));

/** What is wrong with a topic to publish to; undefined when nothing is. `$`-topics are the broker's own. */
export function topicProblem(topic: string): TopicProblem | undefined {
  if (isPlain(topic, 0, 1)) return undefined;
  const text = look(topic);
  if (typeof text === "string") return text;
  if (text.wildcards > 0) return "wildcard_in_topic";
  return text.emptyLevel ? "empty" : undefined;
}

/** What is wrong with a subscription's filter; `$SYS`, `$share` and other `$`-filters are refused. */
export function filterProblem(filter: string): TopicProblem | undefined {
  const text = look(filter);
  if (typeof text === "string") return text;
  if (text.wildcards > text.wildLevels) return "bad_wildcard";
  if (text.emptyLevel) return "empty";
  const hash = filter.indexOf("#");
  return hash >= 0 && hash !== filter.length - 1 ? "bad_wildcard" : undefined;
}

/**
 * Surely nothing is wrong with a topic of which all before `from` is known to be well-formed; there its `level`th level begins.
 * Quick, and enough for nearly every message: `false` means no more than that `topicProblem` has to look.
 */
export function isPlain(topic: string, from: number, level: number): boolean {
  const { length } = topic;
  // Whatever its letters are, three bytes each are the most.
  if (length * 3 > LIMITS.topicBytes || topic.charCodeAt(0) === DOLLAR) return false;
  let levels = level;
  let levelAt = from;
  for (let i = from; i < length; i++) {
    const c = topic.charCodeAt(i);
    if (c < 0x80 && PLAIN[c] === 1) continue;
    if (c !== SLASH || i === levelAt) return false;
    levelAt = i + 1;
    levels++;
  }
  return levelAt < length && levels <= LIMITS.topicLevels;
}

interface Look {
  /** How many `+` and `#` there are, and how many levels are one of the two and nothing else. */
  wildcards: number;
  wildLevels: number;
  emptyLevel: boolean;
}

/** One pass over the text, without making anything of it: this runs for every message whose topic is new to its session. */
function look(text: string): TopicProblem | Look {
  const { length } = text;
  if (length === 0) return "empty";
  if (length > LIMITS.topicBytes) return "too_long"; // UTF-8 length is at least the number of UTF-16 units.
  let bytes = length;
  let levels = 1;
  let levelAt = 0;
  let wildcards = 0;
  let wildLevels = 0;
  let emptyLevel = false;
  for (let i = 0; i <= length; i++) {
    const c = i < length ? text.charCodeAt(i) : SLASH;
    if (c < 0x80 && PLAIN[c] === 1) continue;
    if (c === SLASH) {
      if (i === levelAt) emptyLevel = true;
      else if (i === levelAt + 1 && isWildcard(text.charCodeAt(levelAt))) wildLevels++;
      levelAt = i + 1;
      if (i < length) levels++;
    } else if (isWildcard(c)) wildcards++;
    else if (c <= 0x9f) return "control_character";
    else {
      bytes += c < 0x800 ? 1 : 2;
      if (c < 0xd800 || c > 0xdfff) continue;
      if (!isPair(c, text.charCodeAt(i + 1))) return "control_character";
      i++; // Two units, four bytes.
    }
  }
  if (bytes > LIMITS.topicBytes) return "too_long";
  if (text.charCodeAt(0) === DOLLAR) return "reserved";
  if (levels > LIMITS.topicLevels) return "too_many_levels";
  return { wildcards, wildLevels, emptyLevel };
}

function isWildcard(c: number): boolean {
  return c === PLUS || c === HASH;
}

/** High and low half of a character beyond U+FFFF. */
function isPair(high: number, low: number): boolean {
  return high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

/** Does the filter match this concrete topic? Both must be free of problems. */
export function filterMatchesTopic(filter: readonly string[], topic: readonly string[]): boolean {
  for (const [index, level] of filter.entries()) {
    if (level === "#") return true; // section 4.7.1.2: also the parent level itself
    if (index >= topic.length) return false;
    if (level !== "+" && level !== topic[index]) return false;
  }
  return filter.length === topic.length;
}

/**
 * Is every topic that `inner` can match also matched by `outer`? Two spellings mean the same in one place only: `#` and `+/#`.
 * Each topic has a first level, and section 4.7.2 keeps `$`-topics from both. Below a level they differ: `a/#` takes `a` too.
 */
export function filterCovers(outer: readonly string[], inner: readonly string[]): boolean {
  const spelled = inner[0] === "#" ? EVERYTHING : inner;
  for (const [index, level] of outer.entries()) {
    if (level === "#") return true;
    if (index >= spelled.length || spelled[index] === "#") return false;
    if (level !== "+" && level !== spelled[index]) return false;
  }
  return outer.length === spelled.length;
}
const EVERYTHING = ["+", "#"] as const;

/** Is there any topic that both filters match? Needed for deny: a subscription may not reach into a denied part. */
export function filtersOverlap(a: readonly string[], b: readonly string[]): boolean {
  for (let i = 0; ; i++) {
    const [x, y] = [a[i], b[i]];
    if (x === "#" || y === "#") return true;
    if (x === undefined || y === undefined) return x === y;
    if (x !== "+" && y !== "+" && x !== y) return false;
  }
}
