import type { Scope } from "@/lib/protocol/access";

/** A grant of ten scopes as a well-equipped device has it: exact topics, patterns, a limit, and a deny inside an allow. */
export function tenScopes(fleet: string, subject: string): Scope[] {
  const own = `sp/v1/${fleet}/${subject}`;
  const allow = (action: Scope["action"], topic: string, limits: Pick<Scope, "qos" | "retain"> = {}): Scope => ({
    permission: "allow",
    action,
    topic,
    ...limits,
  });
  return [
    allow("publish", `${own}/up/telemetry`, { retain: false }),
    allow("publish", `${own}/up/posture`, { retain: false }),
    allow("publish", `${own}/up/state`),
    allow("publish", `${own}/up/command/#`, { qos: [1] }),
    allow("publish", `sp/v1/${fleet}/+/peer/${subject}`),
    allow("all", `${own}/scratch/#`),
    { permission: "deny", action: "all", topic: `${own}/scratch/private/#` },
    allow("subscribe", `${own}/down/#`),
    allow("subscribe", `sp/v1/${fleet}/all/down/+`),
    allow("subscribe", `sp/v1/${fleet}/live/#`),
  ];
}
