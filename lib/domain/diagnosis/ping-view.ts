import { z } from "zod";

const time = z.iso.datetime();

/** After so long without a sign of life we stop waiting. */
const PING_WAIT_MS = 20_000;

/** A ping is one QoS 1 message that asks the device to report now. The newest one of a device. */
export const pingSchema = z.object({
  id: z.string(),
  at: time,
  by: z.string(),
  topic: z.string(),
  /** When our broker had it; null: it has not been sent yet. */
  sentAt: time.nullable(),
  /** The open session when it was asked for; null: the broker had none, so nobody could hear it. */
  session: z.object({ number: z.string(), connectedAt: time, address: z.string() }).nullable(),
  /** The first sign of life after it was sent: a message or a connection. */
  heardAt: time.nullable(),
});
export type PingView = z.output<typeof pingSchema>;

/** Whether there is still something to wait for. */
export function isPingOpen({ at, heardAt }: Pick<PingView, "at" | "heardAt">, now: number): boolean {
  return heardAt === null && now - Date.parse(at) < PING_WAIT_MS;
}

/** What it did, one sentence after the other. `address` is where the session came from, metadata like all of it. */
export function pingSentences(ping: PingView, now: number): string[] {
  const { by, topic, sentAt, session, heardAt } = ping;
  const clock = (iso: string) => `${iso.slice(11, 19)} UTC`;
  return [
    sentAt
      ? `${by} asked it to report at once; our broker took the message at ${clock(sentAt)} (topic ${topic}, QoS 1).`
      : `${by} asked it to report at once; the message has not reached our broker yet (topic ${topic}).`,
    session
      ? `The broker has a session with it since ${clock(session.connectedAt)}, from ${session.address}: it is delivered there, if the device listens to commands.`
      : "The broker has no session with it: nobody could hear the message. It is not kept for later.",
    heardAt
      ? `It was heard of ${((Date.parse(heardAt) - Date.parse(sentAt ?? ping.at)) / 1000).toFixed(1)} s later.`
      : isPingOpen(ping, now)
        ? "Waiting for a sign of life."
        : `Nothing was heard of it within ${PING_WAIT_MS / 1000} s.`,
  ];
}
