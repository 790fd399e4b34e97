import type { Scope } from "@/lib/protocol/access";
import { compileAccess } from "./evaluate";
import type { Granted } from "./grant-answer";

/** A command to paste that uses this grant; undefined when it allows nothing that could be tried. */
export function tryCommand(granted: Pick<Granted, "host" | "port" | "username" | "clientId" | "token" | "scopes">): string | undefined {
  const access = compileAccess(granted.scopes);
  const allows = granted.scopes.filter(({ permission }) => permission === "allow");
  const readable = allows.find((scope) => scope.action !== "publish" && access.subscribe({ filter: scope.topic, qos: qosOf(scope) }).verdict === "ALLOWED");
  const login = `-h ${granted.host} -p ${granted.port} -i ${granted.clientId} \\\n  -u ${granted.username} \\\n  -P ${granted.token} \\\n`;
  if (readable) return `mosquitto_sub -v ${login}  -q ${qosOf(readable)} -t '${readable.topic}'`;
  const writable = allows.find((scope) => scope.action !== "subscribe" && publishes(access, scope));
  if (!writable) return undefined;
  return `mosquitto_pub ${login}  -q ${qosOf(writable)}${writable.retain ? " -r" : ""} -t '${concrete(writable.topic)}' -m '{"temperature": 21.4}'`;
}

const publishes = (access: ReturnType<typeof compileAccess>, scope: Scope) =>
  access.publish({ topic: concrete(scope.topic), qos: qosOf(scope), retain: scope.retain ?? false }).verdict === "ALLOWED";

const qosOf = ({ qos }: Scope) => (qos && !qos.includes(1) ? (qos[0] ?? 1) : 1);

/** One topic of the filter: of a device's own `up/#` its telemetry, else any word. */
function concrete(filter: string): string {
  return filter
    .replace(/up\/#$/, "up/telemetry")
    .replaceAll("+", "try")
    .replace(/#$/, "try");
}
