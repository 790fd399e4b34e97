import type { Env } from "@/lib/base/env";
import type { StepContext } from "../step";
import { cutLogins } from "./cut-logins";
import { mosquittoKeeper } from "./mosquitto/keep";
import { emqxSessions, rabbitmqSessions } from "./session-drivers";

export interface ExternalSessions {
  /** A token was revoked. */
  wake(): void;
  /** Cuts what no longer holds, at one broker. */
  steps: { name: string; run(ctx: StepContext): Promise<unknown> }[];
  /** When the last look began at the broker that tells of no session itself; undefined when there is none. */
  lookedAt(): Date | undefined;
  close(): Promise<void>;
}

/** What the worker does for brokers that do not end sessions by themselves; no steps when none is configured. */
export function externalSessions(env: Pick<Env, "RABBITMQ_MANAGEMENT_URL" | "EMQX_API_URL" | "MOSQUITTO_CONTROL_URL">): ExternalSessions {
  const drivers = [
    ...(env.RABBITMQ_MANAGEMENT_URL.length > 0 ? [rabbitmqSessions(env.RABBITMQ_MANAGEMENT_URL)] : []),
    ...(env.EMQX_API_URL ? [emqxSessions(env.EMQX_API_URL)] : []),
  ];
  const mosquitto = env.MOSQUITTO_CONTROL_URL ? mosquittoKeeper(env.MOSQUITTO_CONTROL_URL) : undefined;
  return {
    wake: () => mosquitto?.wake(),
    steps: [
      ...drivers.map((driver) => ({ name: `sessions at ${driver.broker}`, run: (ctx: StepContext) => cutLogins(ctx, driver) })),
      ...(mosquitto ? [{ name: "sessions at mosquitto", run: (ctx: StepContext) => mosquitto.step(ctx) }] : []),
    ],
    lookedAt: () => mosquitto?.lookedAt(),
    close: async () => mosquitto?.close(),
  };
}
