import { type RefusalReason, type RefusedAction, reasonOfDecision } from "@/lib/domain/refusals/refusal-reasons";
import {
  isRabbitmqTopicExchange,
  judgeRabbitmqTopic,
  parseHookForm,
  rabbitmqKeepsScopes,
  rabbitmqResourceAllowed,
  speaksForAnother,
  topicOfRoutingKey,
} from "@/lib/domain/tokens/rabbitmq";
import type { AccessResult, BrokerHooks } from "./broker-hooks";
import type { HookDoor, HookVerdict } from "./hook-route";

const allow: HookVerdict = { allowed: true };
const refuse = (code: string): HookVerdict => ({ allowed: false, code });

/**
 * `allow` or `deny`. The code follows only where the configured address ends in `?reasons=on`: RabbitMQ understands it since
 * rabbitmq-server#14641; 3.10 takes it for a broken answer and crashes the channel over it (the client is refused all the same).
 */
function write(verdict: HookVerdict, options: URLSearchParams): Response {
  const reason = !verdict.allowed && options.get("reasons") === "on" ? ` ${verdict.code}` : "";
  return new Response(verdict.allowed ? "allow" : `deny${reason}`, { headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" } });
}

interface Question {
  /** A field of the form; empty when it was not sent. */
  field(name: string): string;
  hooks: BrokerHooks;
  /** What comes through this broker is stored under the device that its topic names. */
  ingests: boolean;
}

/** All four questions are for MQTT clients of our virtual host. Anybody else is for RabbitMQ's own users: `deny` passes on to them. */
function door(answer: (question: Question) => Promise<HookVerdict>): HookDoor {
  return {
    write,
    async answer(body, { hooks, env }) {
      const form = parseHookForm(body);
      if (!form) return refuse("bad_request");
      const field = (name: string) => form.get(name) ?? "";
      // An MQTT user name `other:name` would choose another virtual host.
      if (form.has("vhost") && field("vhost") !== env.RABBITMQ_VHOST) return refuse("other_vhost");
      return answer({ field, hooks, ingests: (env.RABBITMQ_AMQP_URL ?? []).length > 0 });
    },
  };
}

/** Judges with the grant of this connection; keeps what is refused. */
async function judge(
  { field, hooks }: Question,
  asked: { clientId: string; action: RefusedAction; topic?: string },
  problemOf: (grant: Extract<AccessResult, { ok: true }>) => { reason: RefusalReason; scope?: number | undefined } | undefined,
): Promise<HookVerdict> {
  const grant = await hooks.accessOf({ broker: "rabbitmq", subject: field("username"), clientId: asked.clientId });
  const problem = grant.ok ? problemOf(grant) : { reason: grant.code };
  if (!problem) return allow;
  hooks.refused({ broker: "rabbitmq", holder: grant.holder, ...asked, ...problem });
  return refuse(problem.reason);
}

/** Log-in: the token is the MQTT password. No tags: a token opens no management. */
export const rabbitmqUser = door(async ({ field, hooks }) => {
  if (field("client_id") === "" || field("vhost") === "") return refuse("not_mqtt");
  const login = await hooks.login({
    broker: "rabbitmq",
    username: field("username"),
    clientId: field("client_id"),
    token: field("password"),
    keepsScopes: rabbitmqKeepsScopes,
  });
  return login.ok ? allow : refuse(login.code);
});

export const rabbitmqVhost = door((question) => judge(question, { clientId: question.field("client_id"), action: "connect" }, () => undefined));

export const rabbitmqResource = door((question) => {
  const { field } = question;
  const clientId = field("client_id");
  const resource = { resource: field("resource"), name: field("name"), permission: field("permission") };
  // Publishing is writing to the exchange; everything else is about the queue of a subscription.
  const action = resource.resource === "exchange" && resource.permission === "write" ? "publish" : "subscribe";
  return judge(question, { clientId, action }, ({ scopes }) =>
    rabbitmqResourceAllowed(resource, clientId, scopes) ? undefined : { reason: "other_resource" },
  );
});

export const rabbitmqTopic = door((question) => {
  const { field, ingests } = question;
  const [permission, key] = [field("permission"), field("routing_key")];
  const asked = { clientId: field("variable_map.client_id"), action: permission === "write" ? ("publish" as const) : ("subscribe" as const) };
  return judge(question, { ...asked, topic: topicOfRoutingKey(key) }, ({ access, use }) => {
    if (!isRabbitmqTopicExchange(field("resource"), field("name"))) return { reason: "other_resource" };
    const decision = judgeRabbitmqTopic(access, permission, key);
    if (decision.verdict !== "ALLOWED") return { reason: reasonOfDecision(decision), scope: decision.scope };
    if (ingests && permission === "write" && speaksForAnother(key, field("username"))) return { reason: "not_the_device" };
    if (decision.scope !== undefined) use.count(decision.scope);
    return undefined;
  });
});
