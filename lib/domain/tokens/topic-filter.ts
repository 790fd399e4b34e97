import { LIMITS } from "@/lib/protocol/limits";

/** MQTT 3.1.1 section 4.7, by level, in linear time, without regular expressions over client input. */

export type TopicProblem = "empty" | "too_long" | "too_many_levels" | "control_character" | "bad_wildcard" | "wildcard_in_topic" | "reserved";

function textProblem(text: string): TopicProblem | undefined {
  if (text.length === 0) return "empty";
  // UTF-8 length is at least the number of UTF-16 units.
  if (text.length > LIMITS.topicBytes || new TextEncoder().encode(text).length > LIMITS.topicBytes) return "too_long";
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return "control_character";
    if (c >= 0xd800 && c <= 0xdfff) {
      const low = text.charCodeAt(i + 1);
      if (c > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return "control_character";
      i++;
    }
  }
  return undefined;
}

/** What is wrong with a topic to publish to; undefined when nothing is. `$`-topics are the broker's own. */
export function topicProblem(topic: string): TopicProblem | undefined {
  const problem = textProblem(topic);
  if (problem) return problem;
  if (topic.startsWith("$")) return "reserved";
  const levels = topic.split("/");
  if (levels.length > LIMITS.topicLevels) return "too_many_levels";
  if (topic.includes("+") || topic.includes("#")) return "wildcard_in_topic";
  return levels.includes("") ? "empty" : undefined;
}

/** What is wrong with a subscription's filter; `$SYS`, `$share` and other `$`-filters are refused. */
export function filterProblem(filter: string): TopicProblem | undefined {
  const problem = textProblem(filter);
  if (problem) return problem;
  if (filter.startsWith("$")) return "reserved";
  const levels = filter.split("/");
  if (levels.length > LIMITS.topicLevels) return "too_many_levels";
  for (const [index, level] of levels.entries()) {
    if (level === "") return "empty";
    if (level === "#" ? index !== levels.length - 1 : level !== "+" && /[+#]/.test(level)) return "bad_wildcard";
  }
  return undefined;
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

/** Is every topic that `inner` can match also matched by `outer`? */
export function filterCovers(outer: readonly string[], inner: readonly string[]): boolean {
  for (const [index, level] of outer.entries()) {
    if (level === "#") return true;
    if (index >= inner.length || inner[index] === "#") return false;
    if (level !== "+" && (inner[index] === "+" || level !== inner[index])) return false;
  }
  return outer.length === inner.length;
}

/** Is there any topic that both filters match? Needed for deny: a subscription may not reach into a denied part. */
export function filtersOverlap(a: readonly string[], b: readonly string[]): boolean {
  for (let i = 0; ; i++) {
    const [x, y] = [a[i], b[i]];
    if (x === "#" || y === "#") return true;
    if (x === undefined || y === undefined) return x === y;
    if (x !== "+" && y !== "+" && x !== y) return false;
  }
}
