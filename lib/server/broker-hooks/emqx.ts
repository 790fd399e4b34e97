import type { z } from "zod";
import { emqxAuthnSchema, emqxAuthzSchema, judgeEmqx } from "@/lib/domain/tokens/emqx";
import type { HookDoor } from "./hook-route";

const answer = (body: object) => new Response(JSON.stringify(body), { headers: { "content-type": "application/json", "cache-control": "no-store" } });
/** EMQX reads `result` only; `reason` is for whoever traces the call. */
const refuse = (reason: string) => answer({ result: "deny", reason });

/** Authentication: the token is the MQTT password. EMQX 5.8 ends the session at `expire_at`. */
export const emqxAuthn: HookDoor = {
  refuse,
  async answer(body, { hooks }) {
    const question = parse(emqxAuthnSchema, body);
    if (!question) return refuse("bad_request");
    const { username, password, clientid } = question;
    const login = await hooks.login({ broker: "emqx", username, clientId: clientid, token: password });
    if (!login.ok) return refuse(login.code);
    return answer({ result: "allow", is_superuser: false, expire_at: Math.floor(login.expiresAt.getTime() / 1000) });
  },
};

/** Authorisation of one publish or subscription. Always 200 with a result: any other status would end at `no_match`. */
export const emqxAuthz: HookDoor = {
  refuse,
  async answer(body, { hooks }) {
    const question = parse(emqxAuthzSchema, body);
    if (!question) return refuse("bad_request");
    const grant = await hooks.accessOf({ broker: "emqx", subject: question.username, clientId: question.clientid });
    if (!grant.ok) return refuse(grant.code);
    const { verdict, problem } = judgeEmqx(grant.access, question);
    return verdict === "ALLOWED" ? answer({ result: "allow" }) : refuse(problem ?? verdict.toLowerCase());
  },
};

function parse<S extends z.ZodType>(schema: S, body: string): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
