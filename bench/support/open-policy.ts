import { randomBytes } from "node:crypto";
import type { Policy } from "@/services/broker/policy";

/** Lets everybody do everything, except for one topic if given: the product's broker without its enforcement. */
export function openPolicy({ maxQos, refuse }: { maxQos: 1 | 2; refuse?: string | undefined }): Policy {
  return {
    connect: ({ clientId }) => ({
      clientId: clientId || `auto-${randomBytes(8).toString("hex")}`,
      owner: clientId,
      maxQos,
      maxSubscriptions: 10_000,
      endsAt: undefined,
      mustEnd: () => false,
      mayPublish: ({ topic }) => topic !== refuse && !topic.startsWith("$SYS"),
      maySubscribe: (filter) => filter !== refuse,
      mayReceive: () => true,
      accept: (_message, done) => done("keep"),
      publishRefused() {},
      subscribeRefused() {},
      takesOver() {},
      opened() {},
      ended() {},
    }),
    turnedAway() {},
  };
}
