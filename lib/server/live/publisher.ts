/** How the worker says something to the broker. Resolves when the broker has taken it (QoS 1). */
export interface Publisher {
  publish(topic: string, payload: string, options?: { retain?: boolean }): Promise<void>;
}

/** Enough in flight to be fast, few enough to leave the connection responsive. */
const IN_FLIGHT = 200;

/** Publishes many messages, some hundred at a time. Rejects with the first error, after those in flight have ended. */
export async function publishAll(publisher: Publisher, messages: readonly { topic: string; payload: string; retain?: boolean }[]): Promise<void> {
  for (let i = 0; i < messages.length; i += IN_FLIGHT) {
    const sent = await Promise.allSettled(messages.slice(i, i + IN_FLIGHT).map(({ topic, payload, retain }) => publisher.publish(topic, payload, { retain })));
    const failed = sent.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }
}
