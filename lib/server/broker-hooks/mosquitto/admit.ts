import { z } from "zod";
import type { HookDoor, HookVerdict } from "../hook-route";
import { parseJson } from "../parse-json";
import { openMosquittoControl } from "./control";
import { prepareMosquitto, provisionMosquitto } from "./provision";

const admitSchema = z.object({ token: z.string() });
const refuse = (code: string): HookVerdict => ({ allowed: false, code });

/**
 * Mosquitto asks nobody: whoever hands a token out also shows it here, and its holder may come in until the token ends. The
 * connection to the plugin is opened for the one question; handing out is rare.
 */
export const mosquittoAdmit: HookDoor = {
  write: (verdict) =>
    new Response(JSON.stringify(verdict.allowed ? { result: "allow" } : { result: "deny", reason: verdict.code }), {
      headers: { "content-type": "application/json", "cache-control": "no-store" },
    }),
  async answer(body, { hooks, env }) {
    const question = parseJson(admitSchema, body);
    if (!question) return refuse("bad_request");
    if (!env.MOSQUITTO_CONTROL_URL) return refuse("no_mosquitto");
    const verified = await hooks.verify(question.token);
    if (!verified.ok) return refuse(verified.reason);
    if (verified.claims.kind !== "device" && verified.claims.cid === undefined) return refuse("wrong_client_id");
    const control = await openMosquittoControl(env.MOSQUITTO_CONTROL_URL);
    try {
      await prepareMosquitto(control);
      await provisionMosquitto(control, { claims: verified.claims, token: question.token });
    } finally {
      await control.close();
    }
    return { allowed: true, expiresAt: new Date(verified.claims.exp * 1000) };
  },
};
