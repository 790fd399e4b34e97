import { type RefusalReason, reasonOfDecision } from "@/lib/domain/refusals/refusal-reasons";
import { emqxAuthnSchema, emqxAuthzSchema, judgeEmqx } from "@/lib/domain/tokens/emqx";
import type { HookDoor, HookVerdict } from "./hook-route";
import { parseJson } from "./parse-json";

const refuse = (code: string): HookVerdict => ({ allowed: false, code });

/** EMQX reads `result`, `is_superuser` and, from 5.8, `expire_at`; `reason` is for whoever traces the call. */
function write(verdict: HookVerdict): Response {
  const body = verdict.allowed
    ? { result: "allow", ...(verdict.expiresAt ? { is_superuser: false, expire_at: Math.floor(verdict.expiresAt.getTime() / 1000) } : {}) }
    : { result: "deny", reason: verdict.code };
  return new Response(JSON.stringify(body), { headers: { "content-type": "application/json", "cache-control": "no-store" } });
}

/** Authentication: the token is the MQTT password. EMQX 5.8 ends the session at `expire_at`. */
export const emqxAuthn: HookDoor = {
  write,
  async answer(body, { hooks }) {
    const question = parseJson(emqxAuthnSchema, body);
    if (!question) return refuse("bad_request");
    const { username, clientid: clientId, password: token, peerhost: address } = question;
    const login = await hooks.login({ broker: "emqx", username, clientId, token, address });
    return login.ok ? { allowed: true, expiresAt: login.expiresAt } : refuse(login.code);
  },
};

/** Authorisation of one publish or subscription. */
export const emqxAuthz: HookDoor = {
  write,
  async answer(body, { hooks }) {
    const question = parseJson(emqxAuthzSchema, body);
    if (!question) return refuse("bad_request");
    const { action, topic, qos, username: subject, clientid: clientId, peerhost: address } = question;
    const grant = await hooks.accessOf({ broker: "emqx", subject, clientId });
    const asked = { action, topic, qos, ...(question.action === "publish" ? { retain: question.retain } : {}) };
    const refused = (reason: RefusalReason, scope?: number) => {
      hooks.refused({ broker: "emqx", holder: grant.holder, reason, scope, clientId, address, ...asked });
      return refuse(reason);
    };
    if (!grant.ok) return refused(grant.code);
    const decision = judgeEmqx(grant.access, question);
    if (decision.verdict !== "ALLOWED") return refused(reasonOfDecision(decision), decision.scope);
    if (decision.scope !== undefined) grant.use.count(decision.scope);
    return { allowed: true };
  },
};
