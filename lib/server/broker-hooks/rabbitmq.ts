import { isRabbitmqTopicExchange, judgeRabbitmqTopic, parseHookForm, rabbitmqKeepsScopes, rabbitmqResourceAllowed } from "@/lib/domain/tokens/rabbitmq";
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
      return answer({ field, hooks });
    },
  };
}

const grantOf = ({ field, hooks }: Question, clientId: string): Promise<AccessResult> =>
  hooks.accessOf({ broker: "rabbitmq", subject: field("username"), clientId });

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

export const rabbitmqVhost = door(async (question) => {
  const grant = await grantOf(question, question.field("client_id"));
  return grant.ok ? allow : refuse(grant.code);
});

export const rabbitmqResource = door(async (question) => {
  const { field } = question;
  const clientId = field("client_id");
  const grant = await grantOf(question, clientId);
  if (!grant.ok) return refuse(grant.code);
  const asked = { resource: field("resource"), name: field("name"), permission: field("permission") };
  return rabbitmqResourceAllowed(asked, clientId, grant.scopes) ? allow : refuse("other_resource");
});

export const rabbitmqTopic = door(async (question) => {
  const { field } = question;
  const grant = await grantOf(question, field("variable_map.client_id"));
  if (!grant.ok) return refuse(grant.code);
  if (!isRabbitmqTopicExchange(field("resource"), field("name"))) return refuse("other_resource");
  const { verdict, problem } = judgeRabbitmqTopic(grant.access, field("permission"), field("routing_key"));
  return verdict === "ALLOWED" ? allow : refuse(problem ?? verdict.toLowerCase());
});
