/** Topics kept apart per sender and hour; further ones are counted together, so that inventing topics fills no table. */
const TOPICS_PER_SENDER = 50;
export const OTHER_TOPICS = "(other topics)";
const HOUR_MS = 3_600_000;

/** Bounds what one sender can add to the rejected messages, or to the refusals, of one hour. */
export class TopicBound {
  #hour = 0;
  #topics = new Map<string, Set<string>>();

  /** The name to count this topic under. `now` in milliseconds since 1970. */
  name(subject: string, topic: string, now: number): string {
    const hour = Math.floor(now / HOUR_MS);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#topics = new Map();
    }
    const known = this.#topics.get(subject) ?? new Set();
    if (!known.has(topic) && known.size >= TOPICS_PER_SENDER) return OTHER_TOPICS;
    this.#topics.set(subject, known.add(topic));
    return topic;
  }
}
