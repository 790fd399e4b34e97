import type { Scope } from "@/lib/protocol/access";
import type { Verdict } from "./evaluate";

/** Brokers that the suite is run against, beside the pure evaluator. */
export type SuiteBroker = "embedded" | "emqx" | "rabbitmq" | "mosquitto";

/** Why a broker cannot be asked, or cannot keep, one of the decisions. docs/other-brokers.md explains each. */
export const INABILITIES = {
  no_qos: "The broker does not tell or check the quality of service.",
  qos_2_is_1: "The embedded broker grants QoS 2 as 1, and judges what it grants.",
  no_retain: "The broker does not tell or check the retain flag.",
  dots_are_levels: "In AMQP a dot separates levels, as the slash does in MQTT.",
  stars_are_wildcards: "In AMQP the star is the one-level wildcard.",
  routing_key_255: "An AMQP routing key has at most 255 bytes.",
  no_length_limit: "The broker has no limit of its own below MQTT's 65,535 bytes.",
  no_shared_check: "The broker takes the prefix of a shared subscription off before it asks.",
  hash_is_no_level: "The broker cannot tell a filter whose last level is # from one that is a level shorter.",
  no_overlap: "The broker takes a subscription that reaches into a denied part and filters its deliveries.",
  refuses_noncharacters: "The broker refuses what MQTT 3.1.1 section 1.5.3 only advises against.",
  unsendable: "No MQTT client library puts this on the wire.",
} as const;
export type Inability = keyof typeof INABILITIES;
export type NotAt = Partial<Record<SuiteBroker, Inability>>;

export type SuiteAction = "publish" | "subscribe" | "receive";

interface RowOptions {
  /** Default 1. For subscribing the requested one. */
  qos?: 0 | 1 | 2;
  /** Default false; publishing only. */
  retain?: boolean;
  notAt?: NotAt;
}

/** Action, topic or filter, verdict, and why: reasoned by hand from MQTT 3.1.1 section 4.7 and our policy, not computed. */
export type SuiteRow = readonly [action: SuiteAction, topic: string, verdict: Verdict, why: string, options?: RowOptions];

/** Decisions under one grant. */
export interface SuiteGroup {
  grant: string;
  scopes: readonly Scope[];
  rows: readonly SuiteRow[];
}

type Limits = Pick<Scope, "qos" | "retain">;
export const allow = (action: Scope["action"], topic: string, limits: Limits = {}): Scope => ({ permission: "allow", action, topic, ...limits });
export const deny = (action: Scope["action"], topic: string, limits: Limits = {}): Scope => ({ permission: "deny", action, topic, ...limits });

/** The fleet and the device that most grants are about. */
export const F = "sp/v1/flt_a";
export const D = "sp/v1/flt_a/dev_1";

const everywhere = (inability: Inability): NotAt => ({ embedded: inability, emqx: inability, rabbitmq: inability, mosquitto: inability });
export const UNSENDABLE = { notAt: everywhere("unsendable") } as const;
/** Neither RabbitMQ's hook nor Mosquitto's plugin sees these. */
export const NO_QOS = { rabbitmq: "no_qos", mosquitto: "no_qos" } as const satisfies NotAt;
export const NO_RETAIN = { rabbitmq: "no_retain", mosquitto: "no_retain" } as const satisfies NotAt;
export const NO_OVERLAP = { mosquitto: "no_overlap" } as const satisfies NotAt;
export const DOTS = { rabbitmq: "dots_are_levels" } as const satisfies NotAt;
